import { z } from 'zod';
import { row } from './api/shapes.ts';
import type { Neighbour } from './options.ts';

/** Milliseconds for an answer: a search takes one second at most (`search.ts`). */
const ANSWER_MS = 1_500;
/** Bytes of an answer. */
const ANSWER_MAX = 8 * 1024 * 1024;
/** Inspectors that are asked; of more, the last ones count as silent. */
const ASKED_MAX = 32;

/** Of origins: the token goes to this machine alone. */
const OWN_HOST = /^http:\/\/(?:localhost|127\.0\.0\.1|\[::1\])(?::\d{1,5})?$/;

/** It may be of another version: what does not fit is left out. */
const answer = z.object({ exchanges: z.array(z.unknown()) });

/** A row of another inspector. */
type Row = z.output<typeof row>;

export interface RowsQuery {
  readonly filter: string;
  readonly limit: number;
}

/** What another inspector says. */
export interface NeighbourAnswer {
  /** Origin of its page. */
  readonly origin: string;
  readonly token: string;
  /** The newest first; undefined where it does not answer, or not in time, or not as it should. */
  readonly rows: readonly Row[] | undefined;
}

/**
 * Asks other inspectors for their own rows; never rejects. One question at a time to each: the next
 * one waits for its turn, within its time. Owner: the API, by `close`, which ends what is under way.
 */
export class NeighbourRows {
  readonly #closed = new AbortController();
  /** The last question to each, by origin; settled ones are taken out. */
  readonly #turns = new Map<string, Promise<unknown>>();

  async ask(neighbours: readonly Neighbour[], query: RowsQuery): Promise<NeighbourAnswer[]> {
    const signal = AbortSignal.any([this.#closed.signal, AbortSignal.timeout(ANSWER_MS)]);
    const urls = neighbours
      .flatMap(({ url }) => URL.parse(url) ?? [])
      .filter(({ protocol }) => /^https?:$/.test(protocol));
    return Promise.all(
      urls.map(async ({ origin, searchParams }, index) => {
        const token = searchParams.get('token') ?? '';
        const ask = () => rowsOf({ origin, token }, query, signal).catch(() => undefined);
        const isAsked = index < ASKED_MAX && OWN_HOST.test(origin);
        const rows = isAsked ? await this.#inTurn(origin, ask) : undefined;
        return { origin, token, rows };
      }),
    );
  }

  close(): void {
    this.#closed.abort();
  }

  async #inTurn<T>(origin: string, ask: () => Promise<T>): Promise<T> {
    // Whoever came before is done before this one's time is over, and so nobody waits for ever.
    const asked = (this.#turns.get(origin) ?? Promise.resolve()).then(ask);
    this.#turns.set(origin, asked);
    try {
      return await asked;
    } finally {
      if (this.#turns.get(origin) === asked) this.#turns.delete(origin);
    }
  }
}

/** Rejects when there is no such answer. */
async function rowsOf(
  { origin, token }: Pick<NeighbourAnswer, 'origin' | 'token'>,
  { filter, limit }: RowsQuery,
  signal: AbortSignal,
): Promise<Row[]> {
  signal.throwIfAborted();
  const query = new URLSearchParams({ filter, limit: String(limit) });
  // It listens there, and not where else `localhost` may lead.
  const at = origin.replace('//localhost', '//127.0.0.1');
  const response = await fetch(`${at}/api/v1/exchanges?${query}`, {
    headers: { authorization: `Bearer ${token}` },
    redirect: 'error',
    signal,
  });
  const { exchanges } = answer.parse(JSON.parse(await textOf(response)));
  return exchanges.slice(0, limit).flatMap((each) => row.safeParse(each).data ?? []);
}

async function textOf({ ok, status, body }: Response): Promise<string> {
  const chunks: Uint8Array[] = [];
  let bytes = 0;
  // To leave the loop is to end the answer.
  for await (const chunk of body ?? []) {
    bytes += chunk.length;
    if (!ok || bytes > ANSWER_MAX) throw new Error(`status ${status}, ${bytes} bytes`);
    chunks.push(chunk);
  }
  return Buffer.concat(chunks).toString();
}
