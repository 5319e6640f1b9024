import type {
  Direction,
  ExchangeDetail,
  ExchangeRow,
  SocketDetail,
  SocketLevel,
  SocketMessage,
  Status,
} from './types.ts';

/** Below which all of it stands; on this page's own origin. */
const PREFIX = '/api/v1';

/** An answer that is not what was asked for; `message` is for people. */
export class ApiFailure extends Error {
  /** HTTP status; 0 when nothing answered. */
  readonly status: number;
  /** The answer's `error`: one word for programs. */
  readonly reason: string;

  constructor(status: number, reason: string, message: string) {
    super(message);
    this.status = status;
    this.reason = reason;
  }
}

/** Exchanges that match, the newest first. */
export interface Found {
  readonly exchanges: readonly ExchangeRow[];
  readonly version: number;
  /** Ask again with this as `before`; without it all was looked at. */
  readonly next?: number;
}

/** What was kept of a body. */
export interface FetchedBody {
  readonly bytes: Uint8Array<ArrayBuffer>;
  /** How far decoding came: the words of docs/inspector.md, `decoded` and others. */
  readonly state: string;
  /** A sentence for people where something is to be said; else empty. */
  readonly note: string;
}

/** What is sent otherwise than it was. */
export interface ReplayEdit {
  readonly method?: string;
  /** Path and query. */
  readonly target?: string;
  readonly headers?: readonly string[];
  readonly bodyBase64?: string;
  /** Name of another tunnel. */
  readonly tunnel?: string;
}

/** What people say of an exchange; what is absent stays as it is. */
interface Marks {
  readonly isPinned?: boolean;
  readonly note?: string;
  readonly tags?: readonly string[];
}

/** A message to be put into a WebSocket; one of `text` and `base64`. */
export interface OwnMessage {
  readonly to: 'upstream' | 'visitor';
  readonly text?: string;
  readonly base64?: string;
}

/** All throw ApiFailure, or the signal's reason. */
export const api = {
  status: (signal?: AbortSignal) => read<Status>('/status', signal),
  pause: (isPaused: boolean) => send<Status>('PATCH', '/status', { isPaused }),

  find: (filter: string, limit: number, before?: number, signal?: AbortSignal) => {
    const query = new URLSearchParams({ filter, limit: String(limit) });
    if (before !== undefined) query.set('before', String(before));
    return read<Found>(`/exchanges?${query}`, signal);
  },
  clear: () => send<{ dropped: number }>('DELETE', '/exchanges'),
  exchange: (id: string, signal?: AbortSignal) =>
    read<ExchangeDetail>(`/exchanges/${encodeURIComponent(id)}`, signal),
  mark: (id: string, marks: Marks) =>
    send<ExchangeDetail>('PATCH', `/exchanges/${encodeURIComponent(id)}`, marks),
  replay: (id: string, edit: ReplayEdit = {}) =>
    send<{ id: string }>('POST', `/exchanges/${encodeURIComponent(id)}/replay`, edit),
  body: readBody,

  socket: (id: string, signal?: AbortSignal) =>
    read<SocketDetail>(`/exchanges/${encodeURIComponent(id)}/socket`, signal),
  record: (id: string, level: SocketLevel) =>
    send<SocketDetail>('PATCH', `/exchanges/${encodeURIComponent(id)}/socket`, { level }),
  messages: (id: string, after: number, signal?: AbortSignal) =>
    read<{ messages: readonly SocketMessage[] }>(
      `/exchanges/${encodeURIComponent(id)}/messages?after=${after}`,
      signal,
    ),
  sendMessage: (id: string, message: OwnMessage) =>
    send<object>('POST', `/exchanges/${encodeURIComponent(id)}/messages`, message),
};

/** Where a body can be saved from. */
export function bodyUrl(id: string, direction: Direction, isDecoded: boolean): string {
  return `${PREFIX}/exchanges/${encodeURIComponent(id)}/${direction}/body?decoded=${isDecoded}`;
}

/** Where a HAR file can be saved from; with an `id` of that exchange alone. */
export function harUrl(filter: string, keepsSecrets: boolean, id?: string): string {
  const query = new URLSearchParams({ filter, secrets: String(keepsSecrets) });
  if (id !== undefined) query.set('id', id);
  return `${PREFIX}/export.har?${query}`;
}

async function readBody(
  id: string,
  direction: Direction,
  isDecoded: boolean,
  signal?: AbortSignal,
): Promise<FetchedBody> {
  const response = await ask(bodyUrl(id, direction, isDecoded), signalOf(signal));
  return {
    bytes: new Uint8Array(await response.arrayBuffer()),
    state: response.headers.get('x-sellia-body') ?? '',
    note: decodeURIComponent(response.headers.get('x-sellia-note') ?? ''),
  };
}

/** For what has no line above: a GET of the API. */
export async function read<T>(path: string, signal?: AbortSignal): Promise<T> {
  return (await ask(`${PREFIX}${path}`, signalOf(signal))).json() as Promise<T>;
}

/** ... and what changes something. */
export async function send<T>(method: string, path: string, content?: unknown): Promise<T> {
  const json = { 'content-type': 'application/json' };
  const rest = content === undefined ? {} : { headers: json, body: JSON.stringify(content) };
  return (await ask(`${PREFIX}${path}`, { method, ...rest })).json() as Promise<T>;
}

function signalOf(signal: AbortSignal | undefined): RequestInit {
  return signal === undefined ? {} : { signal };
}

async function ask(url: string, init: RequestInit): Promise<Response> {
  const response = await fetch(url, init).catch(() => {
    if (init.signal?.aborted) throw init.signal.reason;
    throw new ApiFailure(0, 'unreachable', 'Sellia does not answer.');
  });
  if (response.ok) return response;
  const { error = 'failed', message = `The inspector answered ${response.status}.` } =
    await response.json().catch(() => ({}));
  throw new ApiFailure(response.status, error, message);
}
