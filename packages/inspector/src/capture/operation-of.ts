import { Buffer } from 'node:buffer';
import { GRAPHQL_MAX, graphqlOperation } from '../body/graphql.ts';
import { documentOperation } from '../body/graphql-document.ts';
import { headerText } from '../exchange/header-lines.ts';
import type { ExchangeRow } from '../exchange/row.ts';
import type { KeptMessage } from './kept-message.ts';

/** Bytes of a JSON body that is looked at although nothing else speaks of GraphQL. */
const GUESSED_MAX = 64 * 1024;
const NAME_MAX = 200;

/** Whether it is worth to look for one: told by what a row has at hand. */
export function mayHaveOperation({ method, target, requestType, kind }: RowHead): boolean {
  if (kind !== 'http') return false;
  if (method === 'GET') return QUERY.test(target);
  return method === 'POST' && (requestType === GRAPHQL || JSON_TYPE.test(requestType));
}

type RowHead = Pick<ExchangeRow, 'method' | 'target' | 'requestType' | 'kind'>;

const GRAPHQL = 'application/graphql';
const JSON_TYPE = /^application\/(?:.+\+)?json$/;
const QUERY = /[?&](?:query|operationName)=/;

/**
 * What a GraphQL request asks for: `query Name`, `mutation`, ` Name` of a stored one; empty for what is
 * none. Never throws.
 */
export function operationOf(row: RowHead, request: KeptMessage): string {
  const { headers, body } = request;
  const { method, target, requestType } = row;
  if (!mayHaveOperation(row)) return '';
  if (method === 'GET') return ofQuery(target);
  if (body.keptBytes === 0 || headerText(headers, 'content-encoding') !== '') return '';
  if (requestType === GRAPHQL) return ofDocument(textOf(request), '');
  const isNamed = /graphql|gql/i.test(target);
  if (!isNamed && body.keptBytes > GUESSED_MAX) return '';
  const text = textOf(request);
  if (!isNamed && !text.includes('"query"')) return '';
  const found = graphqlOperation(text);
  return found === undefined ? '' : joined(found);
}

/** Of a GET: the document in the query, or the name alone of a stored one. */
function ofQuery(target: string): string {
  const mark = target.indexOf('?');
  const query = new URLSearchParams(target.slice(mark, mark + GRAPHQL_MAX));
  const name = query.get('operationName') ?? '';
  const document = query.get('query');
  if (document !== null) return ofDocument(document, name);
  return query.has('extensions') ? joined({ type: '', name }) : '';
}

function ofDocument(document: string, name: string): string {
  const found = documentOperation(document.slice(0, GRAPHQL_MAX), name);
  return found === undefined ? '' : joined(found);
}

function joined({ type, name }: { readonly type: string; readonly name: string }): string {
  return `${type} ${name.slice(0, NAME_MAX)}`.trim();
}

function textOf({ body }: KeptMessage): string {
  const { kept } = body;
  return Buffer.from(kept.buffer, kept.byteOffset, Math.min(kept.length, GRAPHQL_MAX)).toString();
}
