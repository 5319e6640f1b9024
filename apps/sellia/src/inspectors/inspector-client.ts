import type { ExchangeDetail } from '@sellia/inspector/browser';
import { programFailure } from '@sellia/terminal';
import type { BodySide, Listing, ListingQuery, ReplayRequest } from './inspector-answers.ts';

export interface InspectorPlace {
  readonly url: string;
  readonly token: string;
}

/** An inspector on this machine that does not answer within this is none. */
const ANSWER_MS = 10_000;

/** It does not answer, or not as an inspector. */
export class InspectorSilent extends Error {
  /** It may be that it is only slow. */
  readonly isLate: boolean;

  constructor(message: string, isLate: boolean) {
    super(message);
    this.isLate = isLate;
  }
}

/** The API of a running inspector. Its calls reject with InspectorSilent, or when `asked` aborts. */
export class InspectorClient {
  /** Of its page, without the token. */
  readonly url: string;
  readonly #token: string;
  readonly #origin: string;
  readonly #asked: AbortSignal;

  constructor({ url, token }: InspectorPlace, asked: AbortSignal) {
    const at = new URL(url);
    this.url = `${at.origin}/`;
    this.#token = token;
    this.#asked = asked;
    // It listens there, and not where else `localhost` may lead.
    if (at.hostname === 'localhost') at.hostname = '127.0.0.1';
    this.#origin = at.origin;
  }

  /** Rejects when nobody answers there within `waitMs`, or does not take the token. */
  async probe(waitMs: number): Promise<void> {
    await this.#json('/api/v1/status', {}, waitMs);
  }

  list({ filter, limit, ...range }: ListingQuery): Promise<Listing> {
    const query = new URLSearchParams({ filter, limit: String(limit) });
    for (const [name, value] of Object.entries(range)) query.set(name, String(value));
    return this.#json(`/api/v1/exchanges?${query}`);
  }

  /** Undefined when there is none. */
  async exchange(id: string): Promise<ExchangeDetail | undefined> {
    const response = await this.#ask(`/api/v1/exchanges/${encodeURIComponent(id)}`);
    return response.status === 404 ? undefined : readJson(response);
  }

  /** What was kept of a body, its Content-Encoding undone. */
  async body(id: string, side: BodySide): Promise<Uint8Array> {
    const path = `/api/v1/exchanges/${encodeURIComponent(id)}/${side}/body?decoded=true`;
    return new Uint8Array(await (await this.#ask(path)).arrayBuffer());
  }

  /** Head and body as HTTP/1.1; empty where there is none. */
  async raw(id: string, side: BodySide): Promise<Uint8Array> {
    type Raw = Record<BodySide, { readonly raw: string } | null>;
    const found = await this.#json<Raw>(`/api/requests/http/${encodeURIComponent(id)}`);
    return Buffer.from(found[side]?.raw ?? '', 'base64');
  }

  /** Id of the new exchange. Throws a Failure, with the inspector's words, when it refuses. */
  async replay(id: string, edit: ReplayRequest): Promise<string> {
    const response = await this.#ask(`/api/v1/exchanges/${encodeURIComponent(id)}/replay`, {
      method: 'POST',
      headers: { 'content-type': 'application/json' },
      body: JSON.stringify(edit),
    });
    const answer: { id?: string; message?: string } = await readJson(response);
    if (response.status === 201 && answer.id !== undefined) return answer.id;
    const why = answer.message ?? `the inspector answered with status ${response.status}`;
    throw programFailure('SELLIA_REPLAY_FAILED', `not sent: ${why}`, []);
  }

  /** A HAR file as it is made: whole only when it ends without an error. */
  async *har(filter: string, keepsSecrets: boolean): AsyncGenerator<string> {
    const query = new URLSearchParams({ filter, secrets: String(keepsSecrets) });
    const { body } = await this.#ask(`/api/v1/export.har?${query}`, {}, 0);
    const decoder = new TextDecoder();
    try {
      for await (const chunk of body ?? []) yield decoder.decode(chunk, { stream: true });
    } catch (error) {
      this.#asked.throwIfAborted();
      throw silent(this.url, error);
    }
  }

  /** Tells of what changes after `since`. Owned by the caller. */
  live(since: number): WebSocket {
    const headers = { authorization: `Bearer ${this.#token}` };
    const url = `${this.#origin.replace(/^http/, 'ws')}/api/v1/live?since=${since}`;
    return new WebSocket(url, { headers } as never);
  }

  async #json<Shape>(path: string, init: RequestInit = {}, waitMs = ANSWER_MS): Promise<Shape> {
    return readJson(await this.#ask(path, init, waitMs));
  }

  /** `waitMs` until the whole answer is there; 0 for as long as it takes. */
  async #ask(path: string, init: RequestInit = {}, waitMs = ANSWER_MS): Promise<Response> {
    const limit = waitMs === 0 ? [] : [AbortSignal.timeout(waitMs)];
    const signal = AbortSignal.any([this.#asked, ...limit]);
    const headers = { ...init.headers, authorization: `Bearer ${this.#token}` };
    try {
      const response = await fetch(this.#origin + path, { ...init, headers, signal });
      if (response.status === 403) throw new Error('it does not take the token');
      return response;
    } catch (error) {
      this.#asked.throwIfAborted();
      throw silent(this.url, error);
    }
  }
}

async function readJson<Shape>(response: Response): Promise<Shape> {
  try {
    return (await response.json()) as Shape;
  } catch (error) {
    throw silent(response.url, error);
  }
}

function silent(url: string, error: unknown): InspectorSilent {
  const { name, message, cause } = error as Error;
  const reason = cause instanceof Error && cause.message !== '' ? cause.message : message;
  return new InspectorSilent(`no inspector answers at ${url}: ${reason}`, name === 'TimeoutError');
}
