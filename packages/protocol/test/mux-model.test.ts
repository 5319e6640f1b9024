import { limits } from '@sellia/protocol';
import fc from 'fast-check';
import { expect, test } from 'vitest';
import { type Ear, MuxPair } from './mux-pair.ts';

/**
 * The model: each direction of each stream is a list of bytes. Whatever is done in whatever order,
 * with the pipes cut anywhere, what has been heard is a prefix of what was said, all of it once
 * everything has settled and been read, and nothing is held beyond its bound.
 */
interface Line {
  said: number[];
  over: 'open' | 'ended' | 'reset';
  /** The reader let go: what it has not heard is not owed to it. */
  dropped: boolean;
}

interface Model {
  readonly pair: MuxPair;
  readonly openers: Ear[];
  readonly up: Line[];
  readonly down: Line[];
  readonly window: number;
}

const WINDOW = 2_000;
let counter = 0;
const fresh = (length: number) => Uint8Array.from({ length }, () => counter++ & 0xff);

type Step = readonly [kind: string, stream: number, amount: number];
const step: fc.Arbitrary<Step> = fc.tuple(
  fc.constantFrom(
    'open',
    'up',
    'down',
    'up',
    'down',
    'endUp',
    'endDown',
    'resetUp',
    'resetDown',
    'abortUp',
    'stopDown',
    'readUp',
    'readDown',
    'readUp',
    'readDown',
    'pullRelay',
    'pullClient',
    'pullRelay',
    'pullClient',
    'toClient',
    'toRelay',
    'toClient',
    'toRelay',
    'tick',
  ),
  fc.nat(7),
  fc.nat(3_000),
);

function open(model: Model): void {
  const ear = model.pair.open(`s${model.openers.length}`, false, false);
  if (ear.stream === undefined) return;
  model.openers.push(ear);
  model.up.push({ said: [], over: 'open', dropped: false });
  model.down.push({ said: [], over: 'open', dropped: false });
}

/** The accepting end of stream `i`, once its OPEN has come. */
function acceptor(model: Model, i: number): Ear | undefined {
  return model.pair.accepted.find((ear) => ear.heard[0]?.split(' ')[1] === `s${i}`);
}

function say(line: Line | undefined, ear: Ear | undefined, amount: number): void {
  if (line === undefined || ear?.stream?.sending !== 'open') return;
  const bytes = fresh(amount % 700);
  line.said.push(...bytes);
  ear.stream.write(bytes);
}

function finish(line: Line | undefined, ear: Ear | undefined, how: 'ended' | 'reset'): void {
  if (line === undefined || ear?.stream?.sending !== 'open') return;
  line.over = how;
  if (how === 'ended') ear.stream.end();
  else ear.stream.reset('SELLIA_UPSTREAM_RESET');
}

function letGo(line: Line | undefined, ear: Ear | undefined, whole: Line | undefined): void {
  if (ear?.stream === undefined || ear.stream.isClosed) return;
  if (line !== undefined) line.dropped = true;
  if (whole !== undefined) {
    whole.dropped = true;
    ear.stream.abort('SELLIA_CANCELLED');
  } else {
    ear.stream.stop('SELLIA_CANCELLED');
  }
}

function head(ear: Ear | undefined): void {
  if (ear?.stream === undefined || ear.heard.includes('said head')) return;
  ear.heard.push('said head');
  ear.stream.head('200', false);
}

type Act = (model: Model, i: number, far: Ear | undefined, amount: number) => void;

const room = (amount: number) => (amount % 2 === 0 ? 1_000 : limits.MESSAGE_MAX);

const ACTS: Record<string, Act> = {
  open: (model) => {
    if (model.openers.length < 8) open(model);
  },
  up: ({ up, openers }, i, _far, amount) => say(up[i], openers[i], amount),
  down: ({ down }, i, far, amount) => {
    head(far);
    say(down[i], far, amount);
  },
  endUp: ({ up, openers }, i) => finish(up[i], openers[i], 'ended'),
  endDown: ({ down }, i, far) => {
    head(far);
    finish(down[i], far, 'ended');
  },
  resetUp: ({ up, openers }, i) => finish(up[i], openers[i], 'reset'),
  resetDown: ({ down }, i, far) => finish(down[i], far, 'reset'),
  abortUp: ({ up, down, openers }, i, _far, amount) => {
    if (amount % 5 === 0) letGo(down[i], openers[i], up[i]);
  },
  stopDown: ({ up }, i, far, amount) => {
    if (amount % 5 === 0) letGo(up[i], far, undefined);
  },
  readUp: (_model, _i, far, amount) => far?.read(amount),
  readDown: ({ openers }, i, _far, amount) => openers[i]?.read(amount),
  pullRelay: ({ pair }, _i, _far, amount) => pair.pull('relay', room(amount)),
  pullClient: ({ pair }, _i, _far, amount) => pair.pull('client', room(amount)),
  toClient: ({ pair }, _i, _far, amount) => pair.deliver('client', amount),
  toRelay: ({ pair }, _i, _far, amount) => pair.deliver('relay', amount),
  tick: ({ pair }, _i, _far, amount) => {
    pair.now += amount % 50;
  },
};

function apply(model: Model, [kind, index, amount]: Step): void {
  const i = model.openers.length === 0 ? 0 : index % model.openers.length;
  ACTS[kind]?.(model, i, acceptor(model, i), amount);
}

function checkBounds(model: Model): void {
  model.openers.forEach((opener, i) => {
    const far = acceptor(model, i);
    // A window may have grown, never past its maximum; unread bytes never pass it.
    expect(opener.unread).toBeLessThanOrEqual(limits.WINDOW_MAX);
    expect(far?.unread ?? 0).toBeLessThanOrEqual(model.window);
    expectPrefix(far?.received ?? [], model.up[i]);
    expectPrefix(opener.received, model.down[i]);
  });
}

function expectPrefix(heard: readonly number[], line: Line | undefined): void {
  const said = line?.said ?? [];
  expect(heard.length).toBeLessThanOrEqual(said.length);
  expect(said.slice(0, heard.length)).toEqual(heard);
}

function settleAndRead(model: Model): void {
  for (let round = 0; round < 500; round++) {
    model.pair.settle();
    const ears = [...model.openers, ...model.pair.accepted];
    if (ears.every((ear) => ear.unread === 0)) return;
    for (const ear of ears) ear.read();
  }
  throw new Error('unread bytes never ran out: deadlock');
}

function expectDelivered(line: Line | undefined, ear: Ear | undefined, wasStopped: boolean): void {
  if (line === undefined || ear === undefined || line.dropped || wasStopped) return;
  expect(ear.received).toEqual(line.said);
  expect(ear.ended).toBe(line.over === 'ended');
  if (line.over === 'reset') expect(ear.resetCode).toBeDefined();
}

test('H28 bytes are conserved, in order, within their bounds, and both tables end empty', () => {
  fc.assert(
    fc.property(fc.array(step, { minLength: 20, maxLength: 300 }), (steps) => {
      const pair = new MuxPair({ window: WINDOW, readsAtOnce: false });
      const model: Model = { pair, openers: [], up: [], down: [], window: WINDOW };
      for (const one of steps) {
        apply(model, one);
        checkBounds(model);
      }
      settleAndRead(model);
      model.openers.forEach((opener, i) => {
        const far = acceptor(model, i);
        expectDelivered(model.up[i], far, opener.stopCode !== undefined);
        expectDelivered(model.down[i], opener, far?.stopCode !== undefined);
        head(far);
        finish(model.up[i], opener, 'ended');
        finish(model.down[i], far, 'ended');
      });
      settleAndRead(model);
      expect([pair.relay.size, pair.client.size]).toEqual([0, 0]);
      expect(pair.faults).toEqual([]);
    }),
    { numRuns: Number(process.env.SELLIA_FUZZ ?? 300) },
  );
});
