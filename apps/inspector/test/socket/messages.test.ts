import { describe, expect, test } from 'vitest';
import type { SocketMessage } from '../../src/api/types.ts';
import { linesText, maskMessage, messagesFile } from '../../src/socket/messages/message-export.ts';
import { EVERYTHING, messageTest } from '../../src/socket/messages/message-filter.ts';
import { CHARACTERS_MAX, MESSAGES_MAX, MessageLog } from '../../src/socket/messages/message-log.ts';
import { Readings } from '../../src/socket/messages/readings.ts';
import { readTextTest } from '../../src/socket/messages/text-test.ts';
import { indexFrom } from '../../src/socket/messages/use-rows.ts';
import { socketRow } from './sockets.ts';

function message(number: number, changes: Partial<SocketMessage> = {}): SocketMessage {
  return {
    ...{ number, direction: 'request', opcode: 1, atMs: 0, bytes: 1, plainBytes: 1, text: 'x' },
    ...{ isTruncated: false, isCompressed: false, note: '', isOwn: false },
    ...changes,
  };
}

describe('messages in the page', () => {
  test('the newest 2,000 are kept; what is missing is counted', () => {
    const log = new MessageLog();
    log.add([message(1), message(2)]);
    log.add([message(10)]);
    expect([log.missed, log.newest, log.letGo]).toEqual([7, 10, 0]);
    log.add(Array.from({ length: MESSAGES_MAX }, (_, i) => message(11 + i)));
    expect(log.messages.length).toBe(MESSAGES_MAX);
    expect([log.messages[0]?.number, log.letGo]).toEqual([11, 3]);
  });

  test('and no more than 8 MiB of them', () => {
    const log = new MessageLog();
    const text = 'y'.repeat(CHARACTERS_MAX / 4);
    for (let number = 1; number <= 9; number++) log.add([message(number, { text })]);
    expect(log.messages.map(({ number }) => number)).toEqual([6, 7, 8, 9]);
    log.add([message(10, { text: 'z'.repeat(CHARACTERS_MAX + 1) })]);
    expect(log.messages).toEqual([]);
    expect(log.newest).toBe(10);
  });

  test('are found by sender, type and text', () => {
    const all = [
      message(1, { text: 'Hello' }),
      message(2, { direction: 'response', opcode: 2 }),
      message(3, { opcode: 9 }),
    ];
    const found = (
      filter: object,
      searched = (each: SocketMessage) => each.text ?? '',
    ): number[] => {
      const { test } = messageTest({ ...EVERYTHING, ...filter });
      return all.filter((each) => test(each, () => searched(each))).map(({ number }) => number);
    };
    expect(found({})).toEqual([1, 2, 3]);
    expect(found({ sender: 'response' })).toEqual([2]);
    expect(found({ type: 'text' })).toEqual([1]);
    expect(found({ type: 'binary' })).toEqual([2]);
    expect(found({ type: 'control' })).toEqual([3]);
    expect(found({ text: 'hELL' })).toEqual([1]);
    expect(found({ text: '/^H.*o$/' })).toEqual([1]);
    expect(found({ text: '/^h/' })).toEqual([]);
    expect(found({ text: '/^h/i' })).toEqual([1]);
  });

  test('a pattern that can not be read is said, and one that explodes elsewhere does not', () => {
    expect(readTextTest('/(/').problem).not.toBe('');
    expect(readTextTest('/(/').holds).toBeUndefined();
    const begin = performance.now();
    expect(readTextTest('/(a+)+$/').holds?.(`${'a'.repeat(50_000)}!`)).toBe(false);
    expect(performance.now() - begin).toBeLessThan(2_000);
  });

  test('are searched in what they mean', () => {
    const readings = new Readings({});
    // {"a": "needle"} as MessagePack
    const base64 = Buffer.from([0x81, 0xa1, 0x61, 0xa6, ...Buffer.from('needle')]).toString(
      'base64',
    );
    const { text: _, ...packed } = message(1, { opcode: 2, base64 });
    expect(readings.glance(packed).kind).toBe('messagepack');
    expect(readings.searched(packed)).toContain('needle');
    const long = message(2, { text: `{"a":"${'x'.repeat(100_000)}"}` });
    expect(readings.glance(long).kind).toBe('json');
    expect(readings.whole(long).pretty).toContain('x'.repeat(100_000));
  });

  test('leave the page as lines and as a file', () => {
    const sent = message(1, { text: 'hi', atMs: 1_000 });
    const { text: _, ...bytes } = message(2, { direction: 'response', opcode: 2, base64: 'AQ==' });
    expect(linesText([sent, bytes])).toBe(
      '↑ 1970-01-01T00:00:01.000Z text hi\n↓ 1970-01-01T00:00:00.000Z binary base64:AQ==\n',
    );
    const file = JSON.parse(messagesFile(socketRow(), [sent, bytes]));
    expect(file).toMatchObject({ url: 'wss://one.test/ws', messages: [{ text: 'hi' }, {}] });
    expect(maskMessage(message(1, { text: '{"password":"hunter2","a":1}' })).text).toBe(
      '{"password":"***","a":1}',
    );
  });

  test('a place among them is found by number', () => {
    const shown = [message(3), message(5), message(9)];
    expect([1, 3, 4, 9, 10].map((number) => indexFrom(shown, number))).toEqual([0, 0, 1, 2, 3]);
  });
});
