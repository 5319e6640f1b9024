import { describe, expect, test } from 'vitest';
import type { ExchangeRow } from '../../src/api/types.ts';
import { badgesOf } from '../../src/list/badges.ts';
import { closeLook, stateOf } from '../../src/list/row-state.ts';
import { lineText, targetParts, typeText } from '../../src/list/shown-text.ts';
import { row } from '../traffic/rows.ts';

const state = (fields: Partial<ExchangeRow>) => stateOf(row(1, fields));
const badges = (fields: Partial<ExchangeRow>) => badgesOf(row(1, fields)).map(({ text }) => text);

describe('a state', () => {
  test.each([
    [{ status: 204 }, 'dot', '204'],
    [{ status: 304 }, 'arrow', '304'],
    [{ status: 404 }, 'triangle', '404'],
    [{ status: 502 }, 'square', '502'],
    [{ state: 'pending', status: 0 }, 'waiting', 'pending'],
    [{ state: 'failed', status: 0 }, 'cross', 'failed'],
    [{ state: 'failed', status: 200 }, 'cross', '200'],
    [{ state: 'refused', status: 401 }, 'barred', '401'],
    [{ kind: 'websocket', state: 'connecting', status: 0 }, 'waiting', 'connecting'],
    [{ kind: 'websocket', state: 'open', status: 101 }, 'live', 'open'],
    [{ kind: 'websocket', state: 'closing', status: 101 }, 'ring', 'closing'],
    [{ kind: 'websocket', state: 'closed', status: 101 }, 'ring', 'closed'],
    [{ kind: 'websocket', state: 'aborted', status: 101 }, 'cross', 'aborted'],
    [{ kind: 'websocket', state: 'rejected', status: 403 }, 'barred', 'rejected 403'],
  ] as const)('%o has a shape and a word of its own', (fields, mark, text) => {
    expect(state(fields)).toMatchObject({ mark, text });
    expect(state(fields).title).not.toBe('');
  });
});

describe('badges', () => {
  test('are for what is not as always', () => {
    expect(badges({})).toEqual([]);
    expect(badges({ isPinned: true, replayOf: 'x', isTruncated: true })).toEqual([
      'pinned',
      'replayed',
      'truncated',
    ]);
  });

  test('tell who let nobody through', () => {
    expect(badges({ state: 'refused', status: 403 })).toEqual(['denied']);
    expect(badges({ status: 403 })).toEqual([]);
    expect(badges({ state: 'refused', status: 429 })).toEqual(['rate-limited']);
    expect(badges({ status: 429 })).toEqual(['rate-limited']);
  });

  test('tell on which side it failed', () => {
    const failed = (code: string, side: 'upstream' | 'visitor') =>
      badges({ state: 'failed', failure: { code, side, reason: 'r' } });
    expect(failed('SELLIA_UPSTREAM_REFUSED', 'upstream')).toEqual(['upstream down']);
    expect(failed('SELLIA_CANCELLED', 'visitor')).toEqual(['visitor left']);
    expect(failed('SELLIA_OF_LATER', 'upstream')).toEqual(['upstream failed']);
  });

  test('name the operation of GraphQL', () => {
    expect(badges({ operation: 'query Users' })).toEqual(['query Users']);
  });

  test('tell of event streams', () => {
    const responseType = 'text/event-stream';
    expect(badges({ responseType, state: 'streaming' })).toEqual(['events, open']);
    expect(badges({ responseType })).toEqual(['events']);
  });
});

test('close codes have a colour and their name', () => {
  expect(closeLook(1000, '').tone).toBe('good');
  expect(closeLook(1006, '').tone).toBe('bad');
  expect(closeLook(4001, 'why').title).toMatch(/^4001 Application code\..*Reason: why$/);
});

describe('texts of others', () => {
  test('are cut, and what hides in them is seen', () => {
    expect(lineText('/a\u202eb')).toBe('/a\\u202eb');
    expect(lineText('x'.repeat(5_000))).toHaveLength(301);
  });

  test('targets come apart at the first question mark', () => {
    expect(targetParts('/a?b?c')).toEqual(['/a', '?b?c']);
    expect(targetParts('/a')).toEqual(['/a', '']);
  });

  test('media types have short names', () => {
    const types = ['application/vnd.api+json', 'text/javascript', 'text/event-stream', ''];
    expect(types.map(typeText)).toEqual(['json', 'js', 'events', '']);
  });
});
