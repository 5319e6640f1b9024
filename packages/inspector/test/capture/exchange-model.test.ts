import fc from 'fast-check';
import { expect, test } from 'vitest';
import type { ExchangeRecord } from '../../src/capture/exchange-record.ts';
import { ExchangeStore } from '../../src/capture/exchange-store.ts';
import { DEFAULT_CAPTURE } from '../../src/capture/limits.ts';
import { FeedRig } from './feed-rig.ts';

const BODY = 3_000;
/** Little room, so that blocks and records are used again and again. */
const LIMITS = {
  ...DEFAULT_CAPTURE,
  bodyBytes: BODY,
  totalBytes: 48 * 1024,
  exchanges: 9,
  running: 5,
};

/** What a store should know of an exchange, kept in the plainest way. */
interface Model {
  readonly exchange: number;
  target: string;
  lines: string[];
  status: number;
  answered: string[];
  trailers: string[];
  request: Buffer;
  response: Buffer;
  durationMs: number;
  failure: string;
}

const text = fc.stringMatching(/^[ -~\xa0-\xff]{0,40}$/);
const lines = fc
  .array(fc.tuple(fc.stringMatching(/^[a-zA-Z-]{1,20}$/), text), { maxLength: 60, size: 'max' })
  .map((pairs) => pairs.flat());
const chunk = fc.uint8Array({ maxLength: 2_000, size: 'max' });
const what = fc.constantFrom(
  'open',
  'request',
  'response',
  'answer',
  'trailers',
  'end',
  'fail',
  'pin',
  'unpin',
  'look',
);
const step = fc.record({ what, n: fc.nat(8), text, lines, chunk });

/** The store and the plain model of it, told the same. */
class Pair {
  readonly rig = new FeedRig();
  readonly store = new ExchangeStore(LIMITS);
  readonly models: Model[] = [];
  /** Records that somebody has, with what they told when looked at last. */
  readonly seen = new Map<ExchangeRecord, Model>();

  constructor() {
    this.store.attach(this.rig);
  }

  take({
    what,
    n,
    text,
    lines,
    chunk,
  }: typeof step extends fc.Arbitrary<infer T> ? T : never): void {
    const model = this.models.at(-1 - n);
    const isRunning = model !== undefined && model.durationMs < 0;
    if (what === 'open') this.#open(text, lines);
    else if (what === 'pin' || what === 'unpin') this.#pin(n, what === 'pin');
    else if (what === 'look')
      for (const record of this.store.newest()) this.seen.set(record, this.modelOf(record));
    else if (isRunning) this.#tell(model, what, text, lines, chunk);
  }

  modelOf(record: ExchangeRecord): Model {
    return this.models[record.order - 1] as Model;
  }

  #open(text: string, lines: string[]): void {
    const target = `/${text}`;
    const nothing = { status: 0, answered: [], trailers: [], durationMs: -1, failure: '' };
    const bodies = { request: Buffer.alloc(0), response: Buffer.alloc(0) };
    const exchange = this.rig.open(target, lines);
    this.models.push({ exchange, target, lines, ...nothing, ...bodies });
  }

  #pin(n: number, isPinned: boolean): void {
    const record = [...this.store.newest()][n];
    if (record !== undefined) this.store.pin(record.id, isPinned);
  }

  #tell(model: Model, what: string, text: string, lines: string[], chunk: Uint8Array): void {
    const { exchange } = model;
    if (what === 'request' || what === 'response') {
      this.rig.body(exchange, what, chunk);
      model[what] = Buffer.concat([model[what], chunk]);
    } else if (what === 'answer' && model.status === 0) {
      this.rig.answer(exchange, 200 + lines.length, lines);
      Object.assign(model, { status: 200 + lines.length, answered: lines });
    } else if (what === 'trailers' && model.trailers.length === 0) {
      this.rig.tell(exchange, { type: 'trailers', direction: 'response', headers: lines });
      model.trailers = lines;
    } else if (what === 'end') {
      this.rig.close(exchange, chunk.length);
      model.durationMs = chunk.length;
    } else if (what === 'fail') {
      const code = 'SELLIA_UPSTREAM_RESET';
      this.rig.tell(exchange, { type: 'failed', code, reason: text, durationMs: 1 });
      Object.assign(model, { durationMs: 1, failure: text, isFailed: true });
    }
  }
}

/** What a record tells, of all that the model knows. */
function told({ row, detail, request, response }: ExchangeRecord) {
  return {
    target: row.target,
    lines: request.headers,
    status: row.status,
    answered: response.headers,
    trailers: detail.response.trailers,
    bytes: [row.requestBytes, row.responseBytes],
    durationMs: row.durationMs,
    failure: row.failure?.reason ?? '',
  };
}

function known({ target, lines, status, answered, trailers, request, response, ...end }: Model) {
  const { durationMs, failure } = end;
  const bytes = [request.length, response.length];
  return { target, lines, status, answered, trailers, bytes, durationMs, failure };
}

test('rows, details and bodies are those of a plain model, whatever is told, pinned and dropped', () => {
  fc.assert(
    fc.property(fc.array(step, { minLength: 20, maxLength: 120, size: 'max' }), (steps) => {
      const pair = new Pair();
      for (const each of steps) pair.take(each);
      for (const record of pair.store.newest()) {
        const model = pair.modelOf(record);
        expect(told(record)).toEqual(known(model));
        expect(Buffer.from(record.request.body.kept)).toEqual(model.request.subarray(0, BODY));
        expect(Buffer.from(record.response.body.kept)).toEqual(model.response.subarray(0, BODY));
      }
      for (const [record, { target, lines }] of pair.seen) {
        expect([record.row.target, record.request.headers]).toEqual([target, lines]);
        if (record.isDropped) expect(record.request.body.kept.length).toBe(0);
      }
      expect(pair.store.size).toBeLessThanOrEqual(LIMITS.exchanges);
      expect(pair.store.held).toBeLessThanOrEqual(LIMITS.totalBytes);
    }),
    { numRuns: 50 },
  );
});
