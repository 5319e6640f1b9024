import fc from 'fast-check';
import { afterAll, beforeAll, expect, test } from 'vitest';
import {
  eventually,
  type InProcessRig,
  type OriginExchange,
  startRig,
  type Visitor,
} from '../src/rig/index.ts';
import { bulkBlock } from '../src/servers/bulk.ts';
import { handshake, switchProtocols } from '../src/servers/upgrade.ts';

/**
 * Random exchanges: both sides send random pieces in random order, pause, go on and leave. Whatever
 * happens, what arrives is the beginning of what was sent, and it is taken for whole only if it is.
 */

let rig: InProcessRig;
beforeAll(async () => {
  rig = await startRig();
});
afterAll(() => rig.close());

/** The seed is printed when a run fails; timing decides too much for shrinking. */
const RUNS = { numRuns: 120, endOnFailure: true };
const EMPTY = Buffer.alloc(0);

type Side = 'visitor' | 'origin';
type Piece = { readonly side: Side; readonly length: number; readonly at: number };
type Step =
  | ({ readonly what: 'send' } & Piece)
  | { readonly what: 'pause' | 'resume'; readonly side: Side }
  | { readonly what: 'turns'; readonly count: number };

const anySide = fc.constantFrom<Side>('visitor', 'origin');
const anyLength = fc.oneof(fc.nat(20), fc.nat(3_000), fc.nat(65_536));
const anyStep: fc.Arbitrary<Step> = fc.oneof(
  {
    weight: 6,
    arbitrary: fc.tuple(anySide, anyLength, fc.nat(50)).map(([side, length, at]): Step => {
      return { what: 'send', side, length, at };
    }),
  },
  { weight: 1, arbitrary: anySide.map((side): Step => ({ what: 'pause', side })) },
  { weight: 1, arbitrary: anySide.map((side): Step => ({ what: 'resume', side })) },
  { weight: 2, arbitrary: fc.nat(5).map((count): Step => ({ what: 'turns', count })) },
);
const anySteps = fc.array(anyStep, { maxLength: 30 });
const anyEnd = fc.constantFrom('whole', 'visitor resets', 'visitor closes', 'origin resets');

function sentBy(side: Side, steps: readonly Step[]): Buffer {
  return Buffer.concat(
    steps.map((step) => (step.what === 'send' && step.side === side ? bytesOf(step) : EMPTY)),
  );
}

function bytesOf({ at, length }: Piece): Buffer {
  return bulkBlock(at, length);
}

interface Ends {
  readonly visitor: Visitor;
  readonly exchange: OriginExchange;
}

async function play(
  steps: readonly Step[],
  { visitor, exchange }: Ends,
  frame: (side: Side, bytes: Buffer) => Buffer,
): Promise<void> {
  const sockets = { visitor: visitor.socket, origin: exchange.connection.socket };
  for (const step of steps) {
    if (step.what === 'turns') {
      for (let i = 0; i < step.count; i++) await new Promise((resolve) => setImmediate(resolve));
    } else if (step.what === 'send') {
      if (step.length > 0) sockets[step.side].write(frame(step.side, bytesOf(step)));
    } else {
      sockets[step.side][step.what]();
    }
  }
}

function leave(how: string, { visitor, exchange }: Ends): void {
  if (how === 'visitor resets') visitor.reset();
  else if (how === 'visitor closes') visitor.destroy();
  else if (how === 'origin resets') exchange.reset();
  readOn({ visitor, exchange });
}

function readOn({ visitor, exchange }: Ends): void {
  visitor.resume();
  exchange.connection.socket.resume();
}

async function settled({ visitor, exchange }: Ends): Promise<void> {
  visitor.destroy();
  exchange.connection.socket.destroy();
  await rig.settled();
  rig.origin.forget();
}

function expectPrefix(part: Buffer, whole: Buffer): void {
  expect(part.equals(whole.subarray(0, part.length))).toBe(true);
}

const CHUNKED = 'Transfer-Encoding: chunked';
const LAST_CHUNK = '0\r\n\r\n';

function chunk(bytes: Buffer): Buffer {
  const size = Buffer.from(`${bytes.length.toString(16)}\r\n`);
  return Buffer.concat([size, bytes, Buffer.from('\r\n')]);
}

test('random exchanges', async () => {
  const framing = fc.constantFrom('length', 'chunked', 'end');
  await fc.assert(
    fc.asyncProperty(
      anySteps,
      fc.boolean(),
      framing,
      anyEnd,
      async (steps, isUpChunked, down, how) => {
        const upload = sentBy('visitor', steps);
        const download = sentBy('origin', steps);
        rig.origin.script = () => {};
        const upLine = isUpChunked ? CHUNKED : `Content-Length: ${upload.length}`;
        const visitor = await rig.send(`POST / HTTP/1.1\r\n${rig.hostLine}${upLine}\r\n\r\n`);
        const exchange = await rig.origin.exchange();
        const ends = { visitor, exchange };
        const lines: Record<string, string> = {
          length: `Content-Length: ${download.length}`,
          chunked: CHUNKED,
          end: 'X-Until: end',
        };
        exchange.send(`HTTP/1.1 200 OK\r\n${lines[down]}\r\n\r\n`);
        const isChunked = { visitor: isUpChunked, origin: down === 'chunked' };
        await play(steps, ends, (side, bytes) => (isChunked[side] ? chunk(bytes) : bytes));
        if (how === 'whole') {
          readOn(ends);
          if (isUpChunked) visitor.send(LAST_CHUNK);
          if (down === 'chunked') exchange.send(LAST_CHUNK);
          if (down === 'end') exchange.end();
        } else {
          leave(how, ends);
        }
        const isOver = () =>
          visitor.ended !== undefined ||
          visitor.socket.destroyed ||
          visitor.messages[0]?.isComplete === true;
        await eventually(isOver, () => `an end of ${how}, ${upLine}, ${down}`);
        const response = visitor.messages[0];
        const received = response?.status === 200 ? response.body : EMPTY;
        expectPrefix(received, download);
        expectPrefix(exchange.request.body, upload);
        if (how === 'whole') {
          expect([response?.isComplete, received.length]).toEqual([true, download.length]);
        } else {
          const isCut = response === undefined || response.status !== 200 || !response.isComplete;
          expect(isCut || down === 'length').toBe(true);
          expect(exchange.request.isComplete && isUpChunked).toBe(false);
        }
        await settled(ends);
      },
    ),
    RUNS,
  );
});

test('random splices', async () => {
  await fc.assert(
    fc.asyncProperty(anySteps, anySide, anyEnd, async (steps, first, how) => {
      rig.origin.script = (exchange) => switchProtocols(exchange);
      const visitor = await rig.send(handshake(rig), { holdsOpen: true });
      await visitor.head();
      const exchange = await rig.origin.exchange();
      const ends = { visitor, exchange };
      const { connection } = exchange;
      await play(steps, ends, (_, bytes) => bytes);
      const upload = sentBy('visitor', steps);
      const download = sentBy('origin', steps);
      if (how === 'whole') {
        readOn(ends);
        const sockets = [visitor.socket, connection.socket];
        if (first === 'origin') sockets.reverse();
        sockets[0]?.end();
        await eventually(
          () => connection.raw.length === upload.length && visitor.raw.length === download.length,
          () => `${upload.length} and ${download.length} bytes`,
        );
        sockets[1]?.end();
        await connection.gone();
        expect(await visitor.closed()).toBe('fin');
      } else {
        leave(how, ends);
        await connection.gone();
      }
      expectPrefix(connection.raw, upload);
      expectPrefix(visitor.raw, download);
      await settled(ends);
    }),
    RUNS,
  );
});
