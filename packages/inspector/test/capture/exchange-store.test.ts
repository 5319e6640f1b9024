import fc from 'fast-check';
import { beforeEach, describe, expect, test } from 'vitest';
import { ExchangeStore } from '../../src/capture/exchange-store.ts';
import { DEFAULT_CAPTURE, TAGS_MAX } from '../../src/capture/limits.ts';
import { FeedRig } from './feed-rig.ts';

const KiB = 1024;
const MiB = 1024 * KiB;

let rig: FeedRig;
let store: ExchangeStore;
beforeEach(() => {
  rig = new FeedRig();
  store = new ExchangeStore(DEFAULT_CAPTURE);
  store.attach(rig);
});

const rows = () => [...store.newest()].map(({ row }) => row);
const targets = () => rows().map(({ target }) => target);

describe('one exchange', () => {
  test('is there from its head on, and changes with each fact', () => {
    const states: unknown[] = [];
    const look = () => states.push(rows()[0]?.state);
    const exchange = rig.open('/a?b=c', ['Host', 'one.test', 'Content-Type', 'Text/HTML; x=y']);
    look();
    rig.body(exchange, 'request', 10);
    rig.now += 40;
    rig.answer(exchange, 201, ['content-type', 'application/json']);
    look();
    rig.body(exchange, 'response', 20);
    rig.close(exchange, 50);
    look();
    expect(states).toEqual(['pending', 'streaming', 'done']);
    expect(rows()[0]).toMatchObject({
      tunnel: 'one',
      kind: 'http',
      method: 'GET',
      target: '/a?b=c',
      host: 'one.test',
      scheme: 'https',
      visitor: '192.0.2.7',
      startedAt: 1_000,
      status: 201,
      firstByteMs: 40,
      durationMs: 50,
      requestType: 'text/html',
      responseType: 'application/json',
      requestBytes: 10,
      responseBytes: 20,
      isTruncated: false,
    });
  });

  test('keeps its bodies, which the feed only lends', () => {
    const exchange = rig.open();
    const chunk = Buffer.from('hello');
    rig.body(exchange, 'request', chunk);
    chunk.fill('x');
    rig.body(exchange, 'request', Buffer.from(' world'));
    const [record] = store.newest();
    expect(Buffer.from(record?.request.body.kept ?? []).toString()).toBe('hello world');
  });

  test('is as long as it is, and kept up to the limit', () => {
    const exchange = rig.open();
    for (let i = 0; i < 3 * 64; i++) rig.body(exchange, 'response', 16 * KiB);
    const [record] = store.newest();
    expect(record?.row).toMatchObject({ responseBytes: 3 * MiB, isTruncated: true });
    expect(record?.response.body.kept.length).toBe(MiB);
    expect(store.held).toBeLessThan(MiB + 16 * KiB);
  });

  test('fails by somebody', () => {
    const exchange = rig.open();
    const code = 'SELLIA_UPSTREAM_REFUSED';
    rig.tell(exchange, { type: 'failed', code, reason: 'nobody listens', durationMs: 3 });
    const report = {
      type: 'exchange.report',
      stream: 1,
      code,
      firstByteMs: 4,
      totalMs: 5,
    } as const;
    rig.tell(exchange, { type: 'reported', report: { ...report, status: 502 } });
    expect(rows()[0]).toMatchObject({
      state: 'failed',
      status: 502,
      failure: { code, side: 'upstream', reason: 'nobody listens' },
    });
    const [record] = store.newest();
    expect(record?.detail.timing).toMatchObject({
      relayMs: 5,
      visitorFirstByteMs: 4,
      visitorTotalMs: 5,
    });
  });

  test('may be answered by the relay alone', () => {
    const refusal = {
      type: 'exchange.refused',
      tunnel: 1,
      status: 401,
      code: 'SELLIA_VISITOR_UNAUTHORIZED',
      method: 'PUT',
      target: '/x',
    } as const;
    rig.tell(0, { type: 'refused', refusal });
    expect(rows()[0]).toMatchObject({
      state: 'refused',
      method: 'PUT',
      target: '/x',
      status: 401,
      failure: { side: 'relay' },
    });
  });

  test('may be a WebSocket: from connecting to closed, or rejected, or aborted', () => {
    const lines = ['Host', 'one.test', 'Upgrade', 'WebSocket'];
    const states = (act: (exchange: number) => void) => {
      act(rig.open('/ws', lines, 'upgrade'));
      return [rows()[0]?.kind, rows()[0]?.state];
    };
    expect(states(() => {})).toEqual(['websocket', 'connecting']);
    const open = (exchange: number) => {
      rig.answer(exchange, 101);
      rig.tell(exchange, { type: 'upgraded' });
    };
    expect(states(open)).toEqual(['websocket', 'open']);
    expect(
      states((exchange) => {
        open(exchange);
        rig.close(exchange);
      }),
    ).toEqual(['websocket', 'closed']);
    expect(
      states((exchange) => {
        rig.answer(exchange, 403);
        rig.close(exchange);
      }),
    ).toEqual(['websocket', 'rejected']);
    expect(
      states((exchange) => {
        open(exchange);
        const failure = { code: 'SELLIA_UPSTREAM_RESET', reason: '' } as const;
        rig.tell(exchange, { type: 'failed', durationMs: 1, ...failure });
      }),
    ).toEqual(['websocket', 'aborted']);
  });

  test('is counted as a WebSocket: messages, close, and no contents', () => {
    const lines = ['Host', 'one.test', 'Upgrade', 'websocket', 'Sec-WebSocket-Protocol', 'chat'];
    const exchange = rig.open('/ws', lines, 'upgrade');
    rig.answer(exchange, 101, ['Sec-WebSocket-Protocol', 'chat']);
    rig.tell(exchange, { type: 'upgraded' });
    const [record] = store.newest();
    const before = store.held;
    rig.body(exchange, 'response', Buffer.of(0x81, 2, 0x68, 0x69));
    rig.body(exchange, 'request', Buffer.of(0x82, 0x81, 1, 2, 3, 4, 5));
    for (let i = 0; i < 100; i++) rig.body(exchange, 'response', Buffer.alloc(100));
    expect(record?.row).toMatchObject({
      state: 'open',
      isTruncated: false,
      responseBytes: 10_004,
      socket: {
        subprotocol: 'chat',
        down: { messages: 1, bytes: 2 },
        up: { messages: 1, bytes: 1 },
      },
    });
    expect(store.held).toBe(before);
    expect(record?.response.body.kept.length).toBe(0);
  });

  test('tells how a WebSocket was closed, by a frame or without', () => {
    const open = () => {
      const exchange = rig.open('/ws', ['Host', 'one.test', 'Upgrade', 'websocket'], 'upgrade');
      rig.answer(exchange, 101);
      rig.tell(exchange, { type: 'upgraded' });
      return exchange;
    };
    const polite = open();
    rig.body(polite, 'response', Buffer.of(0x88, 4, 0x03, 0xe8, 0x6f, 0x6b));
    expect(rows()[0]?.state).toBe('closing');
    rig.close(polite);
    expect(rows()[0]).toMatchObject({
      state: 'closed',
      socket: { close: { code: 1000, reason: 'ok', side: 'upstream' } },
    });
    const cut = open();
    const failure = { code: 'SELLIA_UPSTREAM_RESET', reason: '', durationMs: 1 } as const;
    rig.tell(cut, { type: 'failed', ...failure });
    expect(rows()[0]).toMatchObject({
      state: 'aborted',
      socket: { close: { code: 1006, side: 'upstream' } },
    });
    const told = open();
    rig.tell(told, { type: 'closed', durationMs: 1, close: { code: 1012, side: 'relay' } });
    expect(rows()[0]?.socket?.close).toEqual({ code: 1012, reason: '', side: 'relay' });
  });

  test('keeps contents of a WebSocket that somebody records, within the bound of all', () => {
    const exchange = rig.open('/ws', ['Host', 'one.test', 'Upgrade', 'websocket'], 'upgrade');
    const [record] = store.newest();
    const id = record?.place.id as string;
    expect(store.setLevel(id, 'full', 1)).toBe(false);
    rig.answer(exchange, 101);
    rig.tell(exchange, { type: 'upgraded' });
    const before = store.held;
    expect(store.setLevel(id, 'full', rig.now)).toBe(true);
    rig.body(exchange, 'response', Buffer.of(0x81, 2, 0x68, 0x69));
    expect(record?.socket?.recorder?.read().map(({ content }) => content)).toEqual(['hi']);
    expect(store.held).toBeGreaterThan(before);
    expect([...store.newest()].reduce((sum, { held }) => sum + held, 0)).toBe(store.held);
    store.setLevel(id, 'stats', rig.now);
    rig.body(exchange, 'response', Buffer.of(0x81, 1, 0x78));
    expect(record?.socket?.recorder?.read()).toHaveLength(1);
    store.clear();
    expect(store.held).toBe(0);
    expect(store.setLevel(id, 'full', 1)).toBe(false);
  });

  test('that began before anybody looked is nobody here', () => {
    const late = new FeedRig('late');
    const exchange = late.open();
    store.attach(late);
    late.answer(exchange);
    late.close(exchange);
    expect(store.size).toBe(0);
  });
});

describe('all together', () => {
  test('J14 10,000 bodies of 1 MiB stay within the bound, the newest kept', () => {
    const body = new Uint8Array(MiB);
    for (let i = 0; i < 10_000; i++) rig.exchange(`/${i}`, body);
    expect(store.held).toBeLessThanOrEqual(DEFAULT_CAPTURE.totalBytes);
    expect(targets()[0]).toBe('/9999');
    expect(store.size).toBeGreaterThan(60);
    expect(store.size + store.droppedCount).toBe(10_000);
  });

  test('long heads count as well', () => {
    for (let i = 0; i < 3_000; i++) rig.exchange(`/${'x'.repeat(32 * KiB)}${i}`);
    expect(store.held).toBeLessThanOrEqual(DEFAULT_CAPTURE.totalBytes);
    expect(store.size).toBeLessThan(2_048);
  });

  test('tags are tidy, in the row, and something new', () => {
    rig.exchange('/a');
    const [{ id } = { id: '' }] = rows();
    const { version } = store;
    expect(rows()[0]).not.toHaveProperty('tags');
    expect(store.tag(id, [' stripe ', 'b', 'STRIPE', '', 'a\nb', 'x'.repeat(25), '🎈 late'])).toBe(
      true,
    );
    expect(rows()[0]?.tags).toEqual(['stripe', 'b', '🎈 late']);
    const told = store.changesSince(version).records.map(({ row }) => row.tags);
    expect(told).toEqual([['stripe', 'b', '🎈 late']]);
    store.tag(
      id,
      Array.from({ length: 20 }, (_, i) => `t${i}`),
    );
    expect(rows()[0]?.tags).toHaveLength(TAGS_MAX);
    store.tag(id, []);
    expect(rows()[0]).not.toHaveProperty('tags');
    expect(store.tag('nobody', ['a'])).toBe(false);
  });

  test('one that begins in the place of another has none of its tags', () => {
    store = new ExchangeStore({ ...DEFAULT_CAPTURE, exchanges: 1 });
    store.attach(rig);
    const tagged = rig.open('/first');
    store.tag(rows()[0]?.id ?? '', ['a']);
    rig.close(tagged);
    for (let i = 0; i < 3; i++) rig.exchange('/later');
    for (const { tags } of rows()) expect(tags).toBeUndefined();
  });

  test('a pinned one stays, over bounds and over clearing; not without end', () => {
    rig.exchange('/pinned', MiB);
    const id = rows()[0]?.id as string;
    expect(store.pin(id, true)).toBe(true);
    for (let i = 0; i < 200; i++) rig.exchange(`/${i}`, MiB);
    expect(targets()).toContain('/pinned');
    store.clear();
    expect(targets()).toEqual(['/pinned']);
    store.pin(id, false);
    store.clear();
    expect(store.size).toBe(0);
    for (let i = 0; i < 60; i++) rig.exchange(`/${i}`, MiB);
    const pinned = rows().filter((row) => store.pin(row.id, true));
    expect(pinned.length).toBeGreaterThan(25);
    expect(pinned.length).toBeLessThanOrEqual(32);
    expect(store.pin('nobody', true)).toBe(false);
  });

  test('one that is dropped while it runs takes no memory any more', () => {
    const exchange = rig.open();
    store.clear();
    for (let i = 0; i < 100; i++) rig.body(exchange, 'response', MiB);
    expect([store.held, store.size]).toEqual([0, 0]);
    rig.close(exchange);
    expect([store.held, store.size]).toEqual([0, 0]);
  });

  test('what is held is what the records hold, whatever happens', () => {
    const small = { ...DEFAULT_CAPTURE, totalBytes: 40 * KiB, exchanges: 12, bodyBytes: 8 * KiB };
    const step = fc.tuple(
      fc.nat(5),
      fc.constantFrom('open', 'body', 'answer', 'close', 'clear', 'pin'),
    );
    fc.assert(
      fc.property(fc.array(step, { maxLength: 200 }), (steps) => {
        const one = new FeedRig();
        const all = new ExchangeStore(small);
        all.attach(one);
        let last = 0;
        for (const [n, what] of steps) {
          const exchange = Math.max(1, last - n);
          if (what === 'open') last = one.open(`/${n}`);
          else if (what === 'body') one.body(exchange, 'response', n * KiB);
          else if (what === 'answer') one.answer(exchange);
          else if (what === 'close') one.close(exchange);
          else if (what === 'clear' && n === 0) all.clear();
          else if (what === 'pin') {
            const record = [...all.newest()][n];
            if (record !== undefined) all.pin(record.place.id, n % 2 === 0);
          }
        }
        const held = [...all.newest()].reduce((sum, record) => sum + record.held, 0);
        expect(all.held).toBe(held);
        expect(all.held).toBeLessThanOrEqual(small.totalBytes + 8 * KiB);
        expect(all.size).toBeLessThanOrEqual(small.exchanges + 1);
      }),
    );
  });
});

describe('readers', () => {
  /** What a page knows that only ever reads changes. */
  class Reader {
    version = 0;
    known = new Map<string, string>();

    read(): void {
      const { version, records, dropped, isReset } = store.changesSince(this.version);
      if (isReset) this.known.clear();
      for (const id of dropped) this.known.delete(id);
      for (const { row } of records) this.known.set(row.id, `${row.target} ${row.state}`);
      this.version = version;
    }
  }
  const truth = () => new Map(rows().map((row) => [row.id, `${row.target} ${row.state}`]));

  test('know what there is, however seldom they read', () => {
    const readers = [1, 7, 100, 3_000].map((every) => ({ every, reader: new Reader() }));
    let exchange = 0;
    for (let i = 0; i < 30_000; i++) {
      if (i % 3 === 0) exchange = rig.open(`/${i}`);
      else if (i % 3 === 1) rig.answer(exchange);
      else rig.close(exchange);
      if (i % 4_999 === 0) store.clear();
      for (const { every, reader } of readers) if (i % every === 0) reader.read();
    }
    for (const { reader } of readers) {
      reader.read();
      expect([...reader.known].sort()).toEqual([...truth()].sort());
    }
  });

  test('a thousand changes of one exchange are one', () => {
    const exchange = rig.open();
    const { version } = store;
    for (let i = 0; i < 1_000; i++) rig.body(exchange, 'response', 1);
    expect(store.changesSince(version).records).toHaveLength(1);
    expect(store.changesSince(store.version).records).toHaveLength(0);
  });

  test('of another run, or from long ago, begin anew', () => {
    rig.exchange('/');
    expect(store.changesSince(store.version + 100).isReset).toBe(true);
    // The run before had fewer changes, or more: its numbers are lower in any case.
    expect(store.changesSince(1_000).isReset).toBe(true);
    expect(store.changesSince(0).isReset).toBe(false);
    const { version } = store;
    for (let i = 0; i < 3; i++) {
      for (let j = 0; j < 2_000; j++) rig.exchange('/');
      store.clear();
    }
    expect(store.changesSince(version).isReset).toBe(true);
  });
});

test('paused, it follows what runs and takes nothing new', () => {
  const exchange = rig.open('/before');
  store.isPaused = true;
  rig.exchange('/meanwhile');
  rig.close(exchange);
  store.isPaused = false;
  rig.exchange('/after');
  expect(rows().map(({ target, state }) => [target, state])).toEqual([
    ['/after', 'done'],
    ['/before', 'done'],
  ]);
});

test('ids of two runs differ', () => {
  rig.exchange('/');
  const other = new ExchangeStore(DEFAULT_CAPTURE);
  const second = new FeedRig();
  other.attach(second);
  second.exchange('/');
  expect([...other.newest()][0]?.place.id).not.toBe(rows()[0]?.id);
});
