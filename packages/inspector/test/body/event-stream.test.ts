import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { EVENT_MAX, EventStreamReader } from '../../src/body/event-stream.ts';
import { JSON_LINE_MAX, JsonLinesReader } from '../../src/body/lines.ts';

interface Pushed {
  push(text: string, at: number): unknown[];
  end(at: number): unknown[];
}

function read(reader: Pushed, pieces: readonly string[]): unknown[] {
  return [...pieces.flatMap((piece) => reader.push(piece, 7)), ...reader.end(7)];
}

/** `text` cut at arbitrary places. */
const cut = (text: fc.Arbitrary<string>) =>
  fc.tuple(text, fc.array(fc.nat(1000), { maxLength: 8 })).map(([whole, places]) => {
    const bounds = places.map((place) => place % (whole.length + 1)).sort((a, b) => a - b);
    return [0, ...bounds].map((from, i) => whole.slice(from, bounds[i] ?? whole.length));
  });

const piece = fc.constantFrom(
  ...[
    'data',
    'event',
    'id',
    'retry',
    ':',
    ': ',
    ' ',
    'a',
    '5',
    '\n',
    '\r',
    '\r\n',
    '\n\n',
    '\ufeff',
  ],
  ...['data: x', 'data', 'id: 1', 'id: \0', 'event: e', 'retry: 10', 'other: x'],
);
const stream = fc.array(piece, { maxLength: 40 }).map((pieces) => pieces.join(''));

/** The standard's algorithm on the whole stream, told as the reader tells. */
function reference(whole: string): unknown[] {
  const found: unknown[] = [];
  const rows = whole.replace(/^\ufeff/, '').split(/\r\n|\r|\n/);
  const last = rows.pop() ?? '';
  let shownId = '';
  let id = '';
  let event = '';
  let text: string[] = [];
  const tell = (kind: string, eventName: string, shown: string) =>
    found.push({ kind, at: 7, id: shownId, event: eventName, text: shown, omitted: 0 });
  const row = (each: string) => {
    const [, name = '', value = ''] = /^([^:]*)(?:: ?([\s\S]*))?$/.exec(each) ?? [];
    if (each.startsWith(':')) tell('comment', '', value);
    else if (name === 'data') text.push(value);
    else if (name === 'event') event = value;
    else if (name === 'id' && !value.includes('\0')) id = value;
    else if (name === 'retry' && /^[0-9]+$/.test(value)) tell('retry', '', value);
  };
  const dispatch = (kind: string) => {
    shownId = id;
    if (text.length > 0) tell(kind, event || 'message', text.join('\n'));
    event = '';
    text = [];
  };
  for (const each of rows) {
    if (each === '') dispatch('event');
    else row(each);
  }
  if (last !== '') row(last);
  if (text.length > 0) dispatch('unfinished');
  return found;
}

describe('event stream', () => {
  test('reads as the standard says, however it is cut', () => {
    fc.assert(
      fc.property(cut(stream), (pieces) => {
        expect(read(new EventStreamReader(), pieces)).toEqual(reference(pieces.join('')));
      }),
      { numRuns: 2000 },
    );
  });

  test('an example', () => {
    const reader = new EventStreamReader();
    expect(reader.push('\ufeff: hi\r\nid: 1\nevent: add\ndata: a\ndata\ndata:  b\n', 1)).toEqual([
      { kind: 'comment', at: 1, id: '', event: '', text: 'hi', omitted: 0 },
    ]);
    expect(reader.push('\r', 2)).toEqual([
      { kind: 'event', at: 2, id: '1', event: 'add', text: 'a\n\n b', omitted: 0 },
    ]);
    expect(reader.push('\ndata:x\n\nretry: 3000\nid\ndata: cut', 3)).toEqual([
      { kind: 'event', at: 3, id: '1', event: 'message', text: 'x', omitted: 0 },
      { kind: 'retry', at: 3, id: '1', event: '', text: '3000', omitted: 0 },
    ]);
    expect(reader.end(4)).toEqual([
      { kind: 'unfinished', at: 4, id: '', event: 'message', text: 'cut', omitted: 0 },
    ]);
    expect(reader.end(5)).toEqual([]);
  });

  test.each([
    ['one line', `data:${'x'.repeat(EVENT_MAX + 1000)}\n\n`],
    ['many lines', `${`data:${'x'.repeat(1000)}\n`.repeat(300)}\n`],
    ['empty lines', `${'data\n'.repeat(EVENT_MAX + 1000)}\n`],
  ])('an event that is too long is cut: %s', (_, text) => {
    const reader = new EventStreamReader();
    const pieces = text.match(/[\s\S]{1,7777}/g) ?? [];
    const [event, ...others] = pieces.flatMap((each) => reader.push(each, 1));
    expect(others).toEqual([]);
    expect(event?.text.length).toBeLessThanOrEqual(EVENT_MAX);
    expect(event?.text.length).toBeGreaterThan(EVENT_MAX - 2000);
    if (!text.startsWith('data\n')) expect(event?.omitted).toBeGreaterThan(900);
    expect(reader.push('data: next\n\n', 2)).toMatchObject([{ text: 'next', omitted: 0 }]);
  });

  test('a long id is not repeated whole', () => {
    const [event] = new EventStreamReader().push(`id:${'i'.repeat(100_000)}\ndata\n\n`, 1);
    expect(event?.id.length).toBe(1024);
  });

  test('time: one character at a time', () => {
    const started = performance.now();
    const reader = new EventStreamReader();
    for (let i = 0; i < 300_000; i++) reader.push('x', i);
    expect(reader.push('\n', 0)).toEqual([]);
    for (const each of ['\r', '\n', ':', 'data\n', ':\n']) {
      new EventStreamReader().push(each.repeat(100_000), 0);
    }
    expect(performance.now() - started).toBeLessThan(2000);
  });
});

describe('JSON lines', () => {
  test('reads as split does, however it is cut', () => {
    const part = fc.constantFrom('{"a":1}', '\n', '\r\n', ' ', '\x1e', 'é', '\r', 'x');
    const text = fc.array(part, { maxLength: 30 }).map((parts) => parts.join(''));
    fc.assert(
      fc.property(cut(text), (pieces) => {
        const rows = pieces.join('').split('\n');
        const expected = rows.flatMap((row, i) => {
          const shown = (row.startsWith('\x1e') ? row.slice(1) : row).replace(/\r$/, '');
          const isOpen = i === rows.length - 1;
          return shown.trim() === ''
            ? []
            : [{ at: 7, line: i + 1, text: shown, omitted: 0, isOpen }];
        });
        expect(read(new JsonLinesReader(), pieces)).toEqual(expected);
      }),
      { numRuns: 1000 },
    );
  });

  test('a line that is too long is cut', () => {
    const reader = new JsonLinesReader();
    expect(reader.push('x'.repeat(JSON_LINE_MAX), 1)).toEqual([]);
    expect(reader.push('yyy\nnext', 2)).toMatchObject([{ line: 1, omitted: 3, isOpen: false }]);
    expect(reader.end(3)).toEqual([{ at: 3, line: 2, text: 'next', omitted: 0, isOpen: true }]);
  });
});
