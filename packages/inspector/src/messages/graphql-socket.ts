import { documentOperation } from '../body/graphql-document.ts';
import { isJsonObject } from './json-text.ts';
import { field } from './message-reading.ts';

/** Subprotocols, and the names of their makers' libraries: each is called what the other is named. */
const MODERN = 'graphql-transport-ws';
const LEGACY = 'graphql-ws';

const TYPES = new Map<string, ReadonlySet<string>>([
  [
    MODERN,
    new Set([
      ...['connection_init', 'connection_ack', 'ping', 'pong'],
      ...['subscribe', 'next', 'error', 'complete'],
    ]),
  ],
  [
    LEGACY,
    new Set([
      ...['connection_init', 'connection_ack', 'connection_error', 'connection_terminate', 'ka'],
      ...['start', 'data', 'error', 'complete', 'stop'],
    ]),
  ],
]);

/** What a message of graphql-ws or subscriptions-transport-ws says. */
export interface GraphqlSocketMessage {
  /** `subscribe 1 subscription OnMessage`. */
  readonly headline: string;
  readonly fields: readonly (readonly [name: string, value: string])[];
}

/**
 * Reads the value of a JSON message. With another subprotocol than the two, or none, only what can
 * hardly be anything else is taken for it; undefined for the rest.
 */
export function readGraphqlSocket(
  value: unknown,
  subprotocol: string,
): GraphqlSocketMessage | undefined {
  if (!isJsonObject(value) || typeof value.type !== 'string') return undefined;
  const { type, payload } = value;
  const isKnown = TYPES.get(subprotocol)?.has(type) ?? isTelling(type, payload);
  if (!isKnown) return undefined;
  const id = typeof value.id === 'string' || typeof value.id === 'number' ? String(value.id) : '';
  const operation = operationOf(payload);
  const errors = errorsOf(payload);
  const fields = [field('type', type)];
  if (id !== '') fields.push(field('id', id));
  if (operation !== '') fields.push(field('operation', operation));
  if (errors > 0) fields.push(field('errors', String(errors)));
  const count = errors === 0 ? '' : errors === 1 ? '1 error' : `${errors} errors`;
  const headline = [type, id, operation, count].filter((word) => word !== '').join(' ');
  return { headline, fields };
}

function isTelling(type: string, payload: unknown): boolean {
  if (type.startsWith('connection_')) {
    return [...TYPES.values()].some((types) => types.has(type));
  }
  if (!isJsonObject(payload)) return false;
  if (type === 'subscribe' || type === 'start') return typeof payload.query === 'string';
  return (type === 'next' || type === 'data') && ('data' in payload || 'errors' in payload);
}

/** `subscription OnMessage`; empty without a document. */
function operationOf(payload: unknown): string {
  if (!isJsonObject(payload)) return '';
  const named = typeof payload.operationName === 'string' ? payload.operationName : '';
  if (typeof payload.query !== 'string') return named;
  const operation = documentOperation(payload.query, named);
  if (operation === undefined) return named;
  return operation.name === '' ? operation.type : `${operation.type} ${operation.name}`;
}

/** Of `error` messages, whose payload is the list, and of results that have some. */
function errorsOf(payload: unknown): number {
  if (Array.isArray(payload)) return payload.length;
  return isJsonObject(payload) && Array.isArray(payload.errors) ? payload.errors.length : 0;
}
