import {
  bytesOf,
  type HttpMessage,
  MessageReader,
  type Rig,
  shown,
  startRig,
  Visitor,
} from '../rig/index.ts';
import { mutate } from './mutate.ts';
import { Random } from './random.ts';
import { REQUEST_LINES, requestSeeds } from './request-seeds.ts';

export interface FuzzReport {
  readonly runs: number;
  readonly seed: number;
  /** Mutants of which at least one request reached O. */
  readonly accepted: number;
  /** Longest run in milliseconds. */
  readonly slowestMs: number;
}

/** Far apart in spelling, so that a mutant of one Host is never another one. */
const NAMES = ['alphaa', 'kilooo', 'sierra', 'victor'];

/**
 * Mutants of requests, sent raw. For each, as O's own strict reader counts: every whole request at O
 * is answered once, in order, at the visitor that sent it; and it is a request that a strict reading
 * of the sent bytes has at the same place. `seed` repeats a run.
 */
export async function fuzzRequests(runs: number, seed: number): Promise<FuzzReport> {
  const rigs = await Promise.all(NAMES.map((name) => startRig({ name })));
  try {
    const reports = await Promise.all(
      rigs.map((rig, i) => fuzzOn(rig, Math.ceil(runs / rigs.length), seed + i)),
    );
    return {
      runs: reports.reduce((sum, report) => sum + report.runs, 0),
      seed,
      accepted: reports.reduce((sum, report) => sum + report.accepted, 0),
      slowestMs: Math.max(...reports.map((report) => report.slowestMs)),
    };
  } finally {
    await Promise.all(rigs.map((rig) => rig.close()));
  }
}

async function fuzzOn(rig: Rig, runs: number, seed: number): Promise<FuzzReport> {
  const random = new Random(seed);
  const seeds = requestSeeds(rig.host);
  let accepted = 0;
  let slowestMs = 0;
  for (let run = 0; run < runs; run++) {
    const mutant = mutate(random.pick(seeds), random, seeds, REQUEST_LINES);
    const start = performance.now();
    try {
      accepted += (await attempt(rig, mutant, random)) > 0 ? 1 : 0;
    } catch (error) {
      throw new Error(`seed ${seed}, run ${run}, ${shown(mutant)}: ${String(error)}`, {
        cause: error,
      });
    }
    slowestMs = Math.max(slowestMs, performance.now() - start);
    if (run % 100 === 0) await rig.canary();
  }
  await rig.canary();
  await rig.settled();
  return { runs, seed, accepted, slowestMs };
}

/** Sends one mutant and judges; the number of whole requests at O. */
async function attempt(rig: Rig, mutant: string, random: Random): Promise<number> {
  const { origin } = rig;
  const visitor = await Visitor.open({ port: rig.port });
  await sendInPieces(visitor, mutant, random);
  // FIN: whatever is not whole will never be, so the relay has an end to every mutant.
  visitor.end();
  await visitor.closed();
  // What is still under way to O belongs to this mutant, not to the next.
  await rig.settled();
  const requests = origin.exchanges.map(({ request }) => request);
  await origin.when(
    () => requests.every((request) => request.isComplete || request.isAborted),
    'an end at O',
  );
  const whole = requests.filter((request) => request.isComplete);
  judgeOrigin(rig);
  judgeAnswers(visitor, whole);
  judgeReading(mutant, visitor, whole);
  origin.forget();
  return whole.length;
}

/** Often whole, often in two segments: a parser must not care. */
async function sendInPieces(visitor: Visitor, mutant: string, random: Random): Promise<void> {
  const at = random.below(3) === 0 ? random.below(mutant.length + 1) : 0;
  if (at > 0) {
    visitor.send(mutant.slice(0, at));
    await turn();
  }
  visitor.send(mutant.slice(at));
}

/** Long enough for the first segment to be read on its own, mostly. */
async function turn(): Promise<void> {
  for (let i = 0; i < 3; i++) await new Promise((resolve) => setImmediate(resolve));
}

function judgeOrigin(rig: Rig): void {
  for (const { reader } of rig.origin.connections) {
    if (reader.badness !== undefined) throw new Error(`bad HTTP at O: ${reader.badness}`);
  }
}

/** As many answers of O at V as requests of V at O, each to its own request. */
function judgeAnswers(visitor: Visitor, whole: readonly HttpMessage[]): void {
  const { badness } = visitor.reader;
  if (badness !== undefined) throw new Error(`bad HTTP at V: ${badness}`);
  const echoes = visitor.messages.filter(({ status, isComplete }) => status === 200 && isComplete);
  const expected = whole.map(({ method, target, text }) => `${method} ${target}\n${text}`);
  const got = echoes.map(({ text }) => text);
  if (got.join('\0') !== expected.join('\0')) {
    throw new Error(`V got ${JSON.stringify(got)} of ${JSON.stringify(expected)}`);
  }
}

/**
 * The strict reader of the same bytes must find the same request at the same place as the relay,
 * which answers in order: else V and O disagree on where requests begin, which is what smuggling
 * is. Where the reader gives up on what is lawful yet odd (chunk extensions, an absolute target),
 * there is nothing to compare behind that point.
 */
function judgeReading(mutant: string, visitor: Visitor, whole: readonly HttpMessage[]): void {
  const reader = new MessageReader({ kind: 'request' });
  reader.push(bytesOf(skipEmptyLines(mutant)));
  let taken = 0;
  for (const [i, { status, isComplete }] of visitor.messages.entries()) {
    // The relay's own answers have no request at O.
    if (status !== 200 || !isComplete) continue;
    const request = whole[taken++] as HttpMessage;
    const read = reader.messages[i];
    if (read === undefined || !read.isComplete) {
      if (isLawfulOddity(reader.badness)) return;
      throw new Error(`O got ${request.startLine}, the reader ${reader.badness ?? 'nothing'}`);
    }
    const isSame = read.method === request.method && read.text === request.text;
    if (!isSame || !sameTarget(read, request)) {
      throw new Error(`O got ${request.startLine} for ${read.startLine}`);
    }
  }
}

/** RFC 9112 section 2.2: empty lines before a request line are ignored. */
function skipEmptyLines(text: string): string {
  return text.replace(/^(?:\r\n)+/, '');
}

function isLawfulOddity(badness: string | undefined): boolean {
  return badness?.startsWith('chunk size') === true || badness?.startsWith('start line') === true;
}

function sameTarget(read: HttpMessage, request: HttpMessage): boolean {
  const path = /^https?:\/\/[^/?#]*(.*)$/i.exec(read.target)?.[1] ?? read.target;
  return path === request.target || `/${path}` === request.target;
}
