import fc from 'fast-check';
import { afterAll, beforeAll, expect, test } from 'vitest';
import {
  type OriginExchange,
  type ProcessRig,
  startProcessRig,
  type Visitor,
} from '../src/rig/index.ts';
import { bulkDigest, sendBulk } from '../src/servers/bulk.ts';

/**
 * One visitor's connection that is used again and again, with the two programs as processes: what
 * one exchange leaves behind must not be in the way of the next.
 */

let rig: ProcessRig;
beforeAll(async () => {
  rig = await startProcessRig();
});
afterAll(() => rig.close());

interface Plan {
  readonly method: 'GET' | 'HEAD' | 'POST';
  readonly up: number;
  readonly isUpChunked: boolean;
  readonly expects: boolean;
  readonly down: number;
  readonly framing: 'length' | 'chunked' | 'end';
  /** The origin answers before it has read the upload. */
  readonly isEarly: boolean;
  /** The visitor reads nothing until all is sent. */
  readonly isStalled: boolean;
  /** A small request right behind it, in the same segment as its end. */
  readonly hasFollower: boolean;
}

const anySize = fc.oneof(
  fc.constantFrom(0, 1, 65_535, 65_536, 65_537, 131_072, 262_144, 1_048_576),
  fc.nat(200_000),
);
const anyPlan: fc.Arbitrary<Plan> = fc.record({
  method: fc.constantFrom('GET', 'HEAD', 'POST', 'POST', 'POST'),
  up: anySize,
  isUpChunked: fc.boolean(),
  expects: fc.boolean(),
  down: anySize,
  framing: fc.constantFrom('length', 'length', 'chunked', 'chunked', 'end'),
  isEarly: fc.boolean(),
  isStalled: fc.boolean(),
  hasFollower: fc.boolean(),
});

/** The seed is printed when a run fails; what came before decides too much for shrinking. */
const RUNS = { numRuns: 100, endOnFailure: true };
const GUARD_MS = 10_000;

const FRAMING: Record<Plan['framing'], (length: number) => string> = {
  length: (length) => `Content-Length: ${length}\r\n`,
  chunked: () => 'Transfer-Encoding: chunked\r\n',
  end: () => 'X-Until: end\r\n',
};

async function answer(exchange: OriginExchange, plan: Plan): Promise<void> {
  const { request } = exchange;
  if (!plan.isEarly) {
    if (plan.expects && plan.method === 'POST') exchange.send('HTTP/1.1 100 Continue\r\n\r\n');
    await exchange.whole(GUARD_MS);
    const wanted = plan.method === 'POST' ? plan.up : 0;
    if (request.digest() !== bulkDigest(wanted)) throw new Error('the upload is not what was sent');
  }
  const hasBody = plan.method !== 'HEAD';
  exchange.send(`HTTP/1.1 200 OK\r\n${FRAMING[plan.framing](plan.down)}\r\n`);
  const { socket } = exchange.connection;
  if (hasBody) await sendBulk(socket, plan.down, plan.framing === 'chunked' ? 'chunked' : 'plain');
  if (plan.framing === 'end') exchange.end();
}

async function ask(visitor: Visitor, target: string, plan: Plan): Promise<void> {
  const isUpload = plan.method === 'POST';
  const lines = isUpload
    ? `${plan.isUpChunked ? FRAMING.chunked(0) : FRAMING.length(plan.up)}${
        plan.expects ? 'Expect: 100-continue\r\n' : ''
      }`
    : '';
  visitor.send(`${plan.method} ${target} HTTP/1.1\r\n${rig.hostLine}${lines}\r\n`);
  if (!isUpload) return;
  await sendBulk(visitor.socket, plan.up, plan.isUpChunked ? 'chunked' : 'plain');
}

/** A connection that the relay has said it ends, or that may end behind an unread upload. */
function mayEnd(plan: Plan): boolean {
  return plan.method === 'POST' && plan.isEarly;
}

test('exchanges of every kind, one after the other on one connection', async () => {
  await fc.assert(
    fc.asyncProperty(fc.array(anyPlan, { minLength: 2, maxLength: 12 }), async (plans) => {
      rig.origin.forget();
      rig.origin.script = async (exchange) => {
        const index = Number(exchange.request.target.slice(1));
        if (Number.isInteger(index)) await answer(exchange, plans[index] as Plan);
        else exchange.send('HTTP/1.1 200 OK\r\nContent-Length: 8\r\n\r\nfollower');
      };
      let methods: string[] = [];
      let visitor = await rig.send('', { methods });
      for (const [index, plan] of plans.entries()) {
        if (plan.isStalled) visitor.pause();
        const hasFollower = plan.hasFollower && !mayEnd(plan);
        methods.push(...(hasFollower ? [plan.method, 'GET'] : [plan.method]));
        await ask(visitor, `/${index}`, plan);
        if (hasFollower) visitor.send(`GET /follower HTTP/1.1\r\n${rig.hostLine}\r\n`);
        visitor.resume();
        const answers = await visitor.responses(methods.length, GUARD_MS);
        const own = answers.at(hasFollower ? -2 : -1);
        expect(own?.status).toBe(200);
        expect(own?.digest()).toBe(bulkDigest(plan.method === 'HEAD' ? 0 : plan.down));
        if (hasFollower) expect(answers.at(-1)?.text).toBe('follower');
        if (!mayEnd(plan)) continue;
        visitor.destroy();
        methods = [];
        visitor = await rig.send('', { methods });
      }
      visitor.destroy();
    }),
    RUNS,
  );
}, 120_000);
