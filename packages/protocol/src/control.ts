import { ProtocolError } from './errors.ts';

/**
 * Control messages: JSON in CONTROL frames, HELLO and WELCOME. Unknown fields are ignored; an
 * unknown `type` is ignored unless it says `"required": true`. Text outside ASCII is escaped, so
 * the frame stays latin1.
 */

/** Client to relay, the first frame. */
export interface Hello {
  readonly version: number;
  readonly capabilities: readonly string[];
  readonly initialWindow: number;
  readonly maxStreams: number;
  /** Name and version of the client, for the relay's log. */
  readonly agent: string;
}

/** Relay to client, the answer to HELLO. */
export interface Welcome {
  readonly version: number;
  readonly capabilities: readonly string[];
  readonly initialWindow: number;
  readonly maxStreams: number;
  readonly agent: string;
  readonly session: string;
  /** What resuming the session is proved by; empty: it cannot be resumed. */
  readonly secret: string;
  /** Milliseconds that the session outlives its control socket. */
  readonly graceMs: number;
}

/** Either way: the session goes on over this control socket. */
export interface Resume {
  readonly session: string;
  /** Number of the client's try; rises with each. */
  readonly attempt: number;
  /** Session frames that the sender has received. */
  readonly received: number;
  /** HMAC-SHA256 under the session's secret, base64url. */
  readonly proof: string;
}

/** Client to relay: a tunnel is wanted. `tunnel` is a number that the client chose, new each time. */
export interface TunnelOpen {
  readonly type: 'tunnel.open';
  readonly tunnel: number;
  readonly kind: 'http';
  /** Wanted name; empty for a random one. */
  readonly name: string;
  /** Proof of an earlier lease of the same name; empty without one. */
  readonly lease: string;
  /** Other sessions that ask for the same share the name. Absent: no. */
  readonly pool?: boolean;
}

/** Relay to client: the tunnel is public. */
export interface TunnelReady {
  readonly type: 'tunnel.ready';
  readonly tunnel: number;
  readonly name: string;
  readonly url: string;
  readonly lease: string;
}

/** Relay to client: it will not be. `code` as in docs/errors.md. */
export interface TunnelRefused {
  readonly type: 'tunnel.refused';
  readonly tunnel: number;
  readonly code: string;
  readonly reason: string;
  readonly hint: string;
}

/** Either way: the tunnel is over. */
export interface TunnelClosed {
  readonly type: 'tunnel.closed';
  readonly tunnel: number;
  readonly reason: string;
}

/** Relay to client: how the exchange on `stream` went at the relay; times in milliseconds. */
export interface ExchangeReport {
  readonly type: 'exchange.report';
  readonly stream: number;
  /** Status that the visitor got, 0 when none was sent. */
  readonly status: number;
  /** Code of the relay's own answer, empty when the upstream answered. */
  readonly code: string;
  readonly firstByteMs: number;
  readonly totalMs: number;
}

/** Relay to client: answered at the relay, no stream was opened. */
export interface ExchangeRefused {
  readonly type: 'exchange.refused';
  readonly tunnel: number;
  readonly status: number;
  readonly code: string;
  readonly method: string;
  readonly target: string;
}

export type ControlMessage =
  | TunnelOpen
  | TunnelReady
  | TunnelRefused
  | TunnelClosed
  | ExchangeReport
  | ExchangeRefused;

/** A `flag` may be absent, and is false then. */
type FieldType = 'string' | 'number' | 'strings' | 'flag';
type Shape = Readonly<Record<string, FieldType>>;

const HELLO: Shape = {
  version: 'number',
  capabilities: 'strings',
  initialWindow: 'number',
  maxStreams: 'number',
  agent: 'string',
};
const WELCOME: Shape = { ...HELLO, session: 'string', secret: 'string', graceMs: 'number' };
const RESUME: Shape = {
  session: 'string',
  attempt: 'number',
  received: 'number',
  proof: 'string',
};

const MESSAGES = new Map<string, Shape>([
  [
    'tunnel.open',
    { tunnel: 'number', kind: 'string', name: 'string', lease: 'string', pool: 'flag' },
  ],
  ['tunnel.ready', { tunnel: 'number', name: 'string', url: 'string', lease: 'string' }],
  ['tunnel.refused', { tunnel: 'number', code: 'string', reason: 'string', hint: 'string' }],
  ['tunnel.closed', { tunnel: 'number', reason: 'string' }],
  [
    'exchange.report',
    {
      stream: 'number',
      status: 'number',
      code: 'string',
      firstByteMs: 'number',
      totalMs: 'number',
    },
  ],
  [
    'exchange.refused',
    { tunnel: 'number', status: 'number', code: 'string', method: 'string', target: 'string' },
  ],
]);

export function encodeControl(message: ControlMessage | Hello | Welcome | Resume): string {
  return JSON.stringify(message).replaceAll(
    /[\u007f-\uffff]/g,
    (char) => `\\u${char.charCodeAt(0).toString(16).padStart(4, '0')}`,
  );
}

/** Undefined for a message that may be ignored. Throws ProtocolError. */
export function decodeControl(text: string): ControlMessage | undefined {
  const fields = parseObject(text);
  const shape = MESSAGES.get(typeof fields.type === 'string' ? fields.type : '');
  if (shape === undefined) {
    if (fields.required === true) throw broken('required message of an unknown type');
    return undefined;
  }
  return { type: fields.type, ...pick(fields, shape) } as unknown as ControlMessage;
}

export function decodeHello(text: string): Hello {
  return pick(parseObject(text), HELLO) as unknown as Hello;
}

export function decodeWelcome(text: string): Welcome {
  return pick(parseObject(text), WELCOME) as unknown as Welcome;
}

export function decodeResume(text: string): Resume {
  return pick(parseObject(text), RESUME) as unknown as Resume;
}

/** Only the fields of the shape come through, so nothing a peer invents travels further. */
function pick(fields: Record<string, unknown>, shape: Shape): Record<string, unknown> {
  const picked: Record<string, unknown> = {};
  for (const [name, type] of Object.entries(shape)) {
    const absent = type === 'flag' ? false : undefined;
    const value = Object.hasOwn(fields, name) ? fields[name] : absent;
    if (!hasType(value, type)) throw broken(`field ${name} is not a ${type}`);
    picked[name] = value;
  }
  return picked;
}

function hasType(value: unknown, type: FieldType): boolean {
  if (type === 'number') return Number.isSafeInteger(value) && (value as number) >= 0;
  if (type === 'string') return typeof value === 'string';
  if (type === 'flag') return typeof value === 'boolean';
  return Array.isArray(value) && value.every((member) => typeof member === 'string');
}

function parseObject(text: string): Record<string, unknown> {
  let value: unknown;
  try {
    value = JSON.parse(text);
  } catch {
    throw broken('not JSON');
  }
  if (typeof value !== 'object' || value === null || Array.isArray(value))
    throw broken('no object');
  return value as Record<string, unknown>;
}

function broken(reason: string): ProtocolError {
  return new ProtocolError('SELLIA_PROTOCOL', `control message: ${reason}`);
}
