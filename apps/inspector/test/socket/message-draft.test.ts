import { expect, test } from 'vitest';
import type { SocketMessage } from '../../src/api/types.ts';
import {
  draftOf,
  EMPTY_DRAFT,
  messageOf,
  problemOf,
  sizeOf,
} from '../../src/socket/messages/message-draft.ts';

const recorded: SocketMessage = {
  ...{ number: 1, direction: 'request', opcode: 1, atMs: 0, bytes: 2, plainBytes: 2, text: 'hi' },
  ...{ isTruncated: false, isCompressed: false, note: '', isOwn: false },
};

test('a message that was recorded whole begins another, in its direction', () => {
  expect(draftOf(recorded)).toEqual({ to: 'upstream', mode: 'text', content: 'hi' });
  const { text: _, ...rest } = recorded;
  const binary = { ...rest, opcode: 2, direction: 'response', base64: 'AP8=' } as const;
  expect(draftOf(binary)).toEqual({ to: 'visitor', mode: 'base64', content: 'AP8=' });
});

test.each([{ isTruncated: true }, { plainBytes: -1 }, { opcode: 8 }, { opcode: 9 }])(
  'one with %j does not',
  (changes) => {
    expect(draftOf({ ...recorded, ...changes })).toBeUndefined();
  },
);

test('its size is that of its bytes, and bounded', () => {
  const text = (content: string) => ({ ...EMPTY_DRAFT, content });
  expect([sizeOf(text('')), sizeOf(text('ü€'))]).toEqual([0, 5]);
  expect(problemOf(text('x'.repeat(65_535)))).toBe('');
  expect(problemOf(text('x'.repeat(65_536)))).toBe('It has 65536 bytes; 65535 can be sent.');
});

test('base64 may have blanks, and nothing else that is none', () => {
  const bytes = (content: string) => ({ ...EMPTY_DRAFT, mode: 'base64', content }) as const;
  expect(sizeOf(bytes(' A P8=\n'))).toBe(2);
  expect(messageOf(bytes(' A P8=\n'))).toEqual({ to: 'upstream', base64: 'AP8=' });
  for (const bad of ['A', 'AP8', '=', 'AP8=AP8=', 'ä===']) {
    expect(problemOf(bytes(bad))).toBe('This is not base64.');
  }
});
