import type { HttpMessage } from './http-message.ts';
import type { OriginExchange } from './origin.ts';
import type { Rig } from './rig.ts';
import type { Visitor } from './visitor.ts';
import { shown } from './watch.ts';

export interface Expected {
  /** Status of the first response, or the ones allowed. */
  readonly status: number | readonly number[];
  /** The relay ends the connection and says so. Default: true from status 400 to 505, made by it. */
  readonly closes?: boolean;
  /** Whole requests at O. Default 0. */
  readonly requests?: number;
  /** Methods of the requests, for HEAD. */
  readonly methods?: readonly string[];
}

export interface Judged {
  readonly visitor: Visitor;
  readonly response: HttpMessage;
  /** Requests that O has seen, whole or not, canaries left out. */
  readonly exchanges: readonly OriginExchange[];
}

/**
 * The four-part oracle on raw bytes: (a) status at V, (b) requests at O, (c) a second V gets its own
 * right answer, (d) relay and client are back to no streams and without a fault. Throws otherwise.
 */
export async function oracle(
  rig: Rig,
  bytes: string | Uint8Array,
  expected: Expected,
): Promise<Judged> {
  const visitor = await rig.send(bytes, { methods: expected.methods ?? [] });
  return judge(rig, visitor, expected);
}

/** The oracle for a visitor that has sent already. */
export async function judge(rig: Rig, visitor: Visitor, expected: Expected): Promise<Judged> {
  const response = await visitor.response();
  const allowed = [expected.status].flat();
  if (!allowed.includes(response.status)) {
    throw new Error(`V got ${response.startLine}, not ${allowed}: ${shown(visitor.received)}`);
  }
  if (expected.closes ?? response.status >= 400) await assertCloses(visitor, response);
  await rig.canary();
  const { exchanges } = rig.origin;
  const whole = exchanges.filter((exchange) => exchange.request.isComplete);
  const wanted = expected.requests ?? 0;
  if (whole.length !== wanted) {
    const lines = whole.map((exchange) => exchange.request.startLine);
    throw new Error(`O saw ${whole.length} whole requests, not ${wanted}: ${lines.join(' | ')}`);
  }
  assertCleanOrigin(rig);
  await rig.settled();
  return { visitor, response, exchanges };
}

async function assertCloses(visitor: Visitor, response: HttpMessage): Promise<void> {
  if (response.value('connection')?.toLowerCase() !== 'close') {
    throw new Error(`no Connection: close: ${shown(visitor.received)}`);
  }
  await visitor.closed(1_500);
  if (visitor.messages.length !== 1) {
    throw new Error(`more than one response before the end: ${shown(visitor.received)}`);
  }
}

/** Whatever V sent, O only ever gets clean HTTP. */
export function assertCleanOrigin(rig: Rig): void {
  for (const { reader, received } of rig.origin.connections) {
    if (reader.badness === undefined) continue;
    throw new Error(`bad HTTP at O (${reader.badness}): ${shown(received.subarray(-600))}`);
  }
}
