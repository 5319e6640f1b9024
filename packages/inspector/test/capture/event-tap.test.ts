import { setFlagsFromString } from 'node:v8';
import { runInNewContext } from 'node:vm';
import { describe, expect, test } from 'vitest';
import { EventTap } from '../../src/capture/event-tap.ts';
import { eventTapFor } from '../../src/capture/event-tap-for.ts';

const AT = 1_700_000_000_000;
const bytes = (text: string) => Buffer.from(text);

function tapOf(type: string, encoding = ''): EventTap | undefined {
  const lines = ['Server', 'x', 'CONTENT-type', type];
  return eventTapFor(encoding === '' ? lines : [...lines, 'Content-Encoding', encoding]);
}

/** What is left when all is collected that can be. */
function heapUsed(): number {
  setFlagsFromString('--expose-gc');
  runInNewContext('gc')();
  return process.memoryUsage().heapUsed;
}

const texts = (tap: EventTap) => tap.read(0).map(({ text }) => text);

describe('a tap', () => {
  test.each([
    ['text/event-stream', 'events'],
    ['Text/Event-Stream; charset=utf-8', 'events'],
    ['application/x-ndjson', 'lines'],
    ['application/jsonl', 'lines'],
    ['application/json-seq', 'lines'],
    ['application/stream+json', 'lines'],
  ])('is there for %s', (type, kind) => {
    expect(tapOf(type)?.facts).toMatchObject({ kind, note: '' });
  });

  test.each(['', 'text/html', 'application/json', 'text/event-streams', 'application/geo+json'])(
    'is not there for %j',
    (type) => {
      expect(tapOf(type)).toBeUndefined();
    },
  );

  test('says why it reads nothing of what is encoded', () => {
    const tap = tapOf('text/event-stream', 'gzip') as EventTap;
    tap.push(bytes('data: x\n\n'), AT);
    tap.end(AT);
    expect(tap.read(0)).toEqual([]);
    expect(tap.facts.note).toContain('gzip');
    expect(tapOf('text/event-stream', 'identity')?.facts.note).toBe('');
  });
});

describe('an event stream', () => {
  test('is told event by event, as it comes, however it is cut', () => {
    const stream =
      'id: 7\nevent: tick\ndata: ä\ndata: b\n\n: still here\n\nretry: 100\n\ndata: c\n\n';
    const all = bytes(stream);
    for (const size of [1, 2, 3, 7, all.length]) {
      const tap = new EventTap('events');
      for (let at = 0; at < all.length; at += size) tap.push(all.subarray(at, at + size), AT + at);
      expect(tap.read(0).map(({ atMs, ...event }) => event)).toEqual([
        { number: 1, kind: 'event', id: '7', event: 'tick', text: 'ä\nb', isTruncated: false },
        { number: 2, kind: 'comment', id: '7', event: '', text: 'still here', isTruncated: false },
        { number: 3, kind: 'retry', id: '7', event: '', text: '100', isTruncated: false },
        { number: 4, kind: 'event', id: '7', event: 'message', text: 'c', isTruncated: false },
      ]);
    }
  });

  test('tells the time of each, and from where one has read', () => {
    const tap = new EventTap('events');
    tap.push(bytes('data: a\n\ndata: '), AT);
    tap.push(bytes('b\n\n'), AT + 50);
    expect(tap.read(0).map(({ atMs }) => atMs)).toEqual([AT, AT + 50]);
    expect(tap.read(1).map(({ text }) => text)).toEqual(['b']);
    expect(tap.read(2)).toEqual([]);
  });

  test('that ends in the midst of an event says so', () => {
    const tap = new EventTap('events');
    tap.push(bytes('data: a'), AT);
    expect(tap.read(0)).toEqual([]);
    tap.end(AT);
    expect(tap.read(0)).toMatchObject([{ kind: 'unfinished', text: 'a' }]);
  });

  test('that is no UTF-8 is shown with marks', () => {
    const tap = new EventTap('events');
    tap.push(Buffer.concat([bytes('data: a'), Buffer.of(0xff, 0xfe), bytes('b\n\n')]), AT);
    expect(texts(tap)).toEqual(['a\ufffd\ufffdb']);
  });
});

describe('a stream of lines', () => {
  test('is told line by line', () => {
    const tap = new EventTap('lines');
    tap.push(bytes('{"a":1}\r\n\n\u001e{"b":2}\n{"c"'), AT);
    expect(tap.read(0)).toMatchObject([
      { number: 1, kind: 'line', text: '{"a":1}', id: '', event: '' },
      { number: 2, kind: 'line', text: '{"b":2}' },
    ]);
    tap.push(bytes(':3}'), AT);
    tap.end(AT);
    expect(tap.read(2)).toMatchObject([{ kind: 'unfinished', text: '{"c":3}' }]);
  });
});

describe('what is kept', () => {
  test('is the newest five hundred', () => {
    const tap = new EventTap('events');
    for (let i = 1; i <= 700; i++) tap.push(bytes(`data: ${i}\n\n`), AT);
    expect(tap.read(0).map(({ number }) => number)).toEqual(
      Array.from({ length: 500 }, (_, i) => 201 + i),
    );
    expect(tap.facts).toMatchObject({ newest: 700, dropped: 200, skippedBytes: 0 });
  });

  test('is one mebibyte, and what is counted is what is taken', () => {
    const tap = new EventTap('lines');
    for (let i = 0; i < 400; i++) {
      tap.push(bytes(`${'x'.repeat(20_000)}\n`), AT + i * 1_000);
      expect(tap.held).toBeLessThan(1024 * 1024 + 1);
    }
    expect(tap.facts.newest).toBe(400);
    expect(tap.held).toBeGreaterThan(1_000_000);
    tap.clear();
    expect(tap.held).toBe(0);
    expect(tap.read(0)).toEqual([]);
  });

  test.each(['events', 'lines'] as const)('is the beginning of what is too long, of %s', (kind) => {
    const tap = new EventTap(kind);
    const piece = bytes('y'.repeat(100_000));
    if (kind === 'events') tap.push(bytes('data: '), AT);
    for (let i = 0; i < 20; i++) tap.push(piece, AT + i * 1_000);
    expect(tap.held).toBeLessThan(600_000);
    tap.push(bytes('\n\n'), AT);
    const [event] = tap.read(0);
    expect([event?.text.length, event?.isTruncated]).toEqual([65_536, true]);
  });

  test('does not keep the rest of the chunks that it was a piece of', () => {
    const tap = new EventTap('events');
    const garbage = `junk: ${'z'.repeat(60_000)}\ndata: a piece of some length\n\n`;
    const before = heapUsed();
    for (let i = 0; i < 500; i++) tap.push(bytes(garbage), AT + i * 1_000);
    expect(heapUsed() - before).toBeLessThan(10 * 1024 * 1024);
    expect(tap.read(0)).toHaveLength(500);
  });
});

describe('what comes faster than it can be read', () => {
  test('is passed over up to the end of an event, and counted', () => {
    const tap = new EventTap('events');
    tap.push(bytes('data: first\n\n'), AT);
    const flood = bytes(`data: ${'f'.repeat(64 * 1024)}`);
    for (let i = 0; i < 64; i++) tap.push(flood, AT + 1);
    const skipped = tap.facts.skippedBytes;
    expect(skipped).toBeGreaterThan(40 * 64 * 1024);
    tap.push(bytes('the end of it\n'), AT + 1_000);
    tap.push(bytes('\ndata: lost with its beginning'), AT + 1_001);
    tap.push(bytes(' unknown\n\ndata: next\n\n'), AT + 1_002);
    expect(texts(tap)).toEqual(['first', 'next']);
  });

  test('of lines goes on with the next line', () => {
    const tap = new EventTap('lines');
    for (let i = 0; i < 64; i++) tap.push(bytes('l'.repeat(64 * 1024)), AT);
    tap.push(bytes('l\n{"next":1}\n'), AT + 1_000);
    expect(texts(tap)).toEqual(['{"next":1}']);
  });
});
