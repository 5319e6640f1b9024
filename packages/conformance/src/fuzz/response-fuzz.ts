import { type InProcessRig, type Script, shown, startRig, Visitor } from '../rig/index.ts';
import { mutate } from './mutate.ts';
import { Random } from './random.ts';
import type { FuzzReport } from './request-fuzz.ts';

const SEEDS = [
  'HTTP/1.1 200 OK\r\nContent-Length: 5\r\n\r\nhello',
  'HTTP/1.1 200 OK\r\nContent-Type: text/plain\r\nSet-Cookie: a=b\r\nContent-Length: 5\r\n\r\nhello',
  'HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n5\r\nhello\r\n0\r\n\r\n',
  'HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\nTrailer: X\r\n\r\n1;a=b\r\nZ\r\n0\r\nX: 1\r\n\r\n',
  'HTTP/1.1 103 Early Hints\r\nLink: <a>\r\n\r\nHTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\nok',
  'HTTP/1.1 204 No Content\r\nX: 1\r\n\r\n',
  'HTTP/1.1 304 Not Modified\r\nContent-Length: 9\r\n\r\n',
  'HTTP/1.0 200 OK\r\n\r\nuntil the end',
  'HTTP/1.1 500 Oh No\r\nConnection: close\r\nContent-Length: 2\r\n\r\nno',
  'HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\nokHTTP/1.1 200 OK\r\nContent-Length: 6\r\n\r\npoison',
];
const LINES = [
  'Content-Length: 5',
  'Content-Length: 0',
  'Content-Length: 10',
  'Transfer-Encoding: chunked',
  'Transfer-Encoding: identity',
  'Connection: close',
  'Connection: Set-Cookie',
  'Set-Cookie: x=y; Domain=test',
  'HTTP/1.1 200 OK',
  'HTTP/1.1 100 Continue',
  '0',
  '5',
  ' folded',
  'X: y',
  'Keep-Alive: x',
  'Upgrade: websocket',
  'HTTP/1.1 101 Switching Protocols',
  'Alt-Svc: x',
  'Content-Length : 5',
  'Trailer: X',
  '',
];

/**
 * Mutants of responses, said by O before it ends its connection. Whatever they are, a visitor gets
 * one answer that a strict reader takes, or a cut, and the next visitor its own answer.
 */
export async function fuzzResponses(runs: number, seed: number): Promise<FuzzReport> {
  const rigs = await Promise.all(['alphaa', 'kilooo'].map((name) => startRig({ name })));
  try {
    const each = Math.ceil(runs / rigs.length);
    const reports = await Promise.all(rigs.map((rig, i) => fuzzOn(rig, each, seed + i)));
    return {
      runs: each * rigs.length,
      seed,
      accepted: reports.reduce((sum, report) => sum + report.accepted, 0),
      slowestMs: Math.max(...reports.map((report) => report.slowestMs)),
    };
  } finally {
    await Promise.all(rigs.map((rig) => rig.close()));
  }
}

async function fuzzOn(rig: InProcessRig, runs: number, seed: number): Promise<FuzzReport> {
  const random = new Random(seed);
  let accepted = 0;
  let slowestMs = 0;
  for (let run = 0; run < runs; run++) {
    const mutant = mutate(random.pick(SEEDS), random, SEEDS, LINES);
    const hasBody = random.below(2) === 1;
    const cutAt = random.below(2) === 0 ? random.below(mutant.length + 1) : 0;
    const start = performance.now();
    try {
      accepted += (await attempt(rig, mutant, cutAt, hasBody)) ? 1 : 0;
      if (run % 20 === 0) await rig.canary();
    } catch (error) {
      throw new Error(`seed ${seed}, run ${run}, ${shown(mutant)}: ${String(error)}`, {
        cause: error,
      });
    }
    slowestMs = Math.max(slowestMs, performance.now() - start);
  }
  await rig.canary();
  await rig.settled();
  return { runs, seed, accepted, slowestMs };
}

/** True when O's answer went through. */
async function attempt(
  rig: InProcessRig,
  mutant: string,
  cutAt: number,
  hasBody: boolean,
): Promise<boolean> {
  const script: Script = async (exchange) => {
    await exchange.whole();
    exchange.send(mutant.slice(0, cutAt));
    // Long enough for the first segment to be read on its own, mostly.
    for (let i = 0; cutAt > 0 && i < 3; i++) {
      await new Promise((resolve) => setImmediate(resolve));
    }
    exchange.end(mutant.slice(cutAt));
  };
  rig.origin.script = script;
  const visitor = await Visitor.open({ port: rig.port });
  const request = hasBody
    ? `POST / HTTP/1.1\r\n${rig.hostLine}Connection: close\r\nContent-Length: 2\r\n\r\nhi`
    : `GET / HTTP/1.1\r\n${rig.hostLine}Connection: close\r\n\r\n`;
  visitor.send(request);
  await visitor.closed();
  await rig.settled();
  rig.origin.forget();
  const { badness } = visitor.reader;
  if (badness !== undefined)
    throw new Error(`bad HTTP at V: ${badness}: ${shown(visitor.received)}`);
  if (visitor.messages.length !== 1) throw new Error(`answers at V: ${shown(visitor.received)}`);
  const [message] = visitor.messages;
  const isOwn = message?.has('x-sellia-error') === true;
  if (message?.has('alt-svc') || (isOwn && message?.status !== 502)) {
    throw new Error(`V got what it must not: ${shown(visitor.received)}`);
  }
  return message?.isComplete === true && !isOwn;
}
