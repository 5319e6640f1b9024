import {
  decodeText,
  documentOperation,
  GRAPHQL_MAX,
  graphqlOperation,
  JsonReader,
  prettyJson,
} from '@sellia/inspector/bodies';
import { formatGraphql } from './graphql-format.ts';
import type { TextSource } from './text.ts';

/** One operation that was asked for; what was not sent is empty. */
export interface ShownOperation {
  /** `query`, `mutation`, `subscription`; empty where the text does not tell. */
  readonly type: string;
  readonly name: string;
  readonly query: string;
  /** JSON, pretty. */
  readonly variables: string;
  readonly extensions: string;
}

/** Operations of a batch that are shown. */
export const OPERATIONS_MAX = 50;

/** The operations of a JSON body. Never throws. */
export function graphqlOf(source: TextSource): readonly ShownOperation[] {
  const { text } = decodeText(source.bytes, source.charset, { isCut: source.isCut });
  return operationsIn(text);
}

/** Of a body that is a GraphQL document by itself. */
export function documentOf(source: TextSource): readonly ShownOperation[] {
  const { text } = decodeText(source.bytes, source.charset, { isCut: source.isCut });
  return [operationOf({ query: text, operationName: '', variables: '', extensions: '' })];
}

/** Whether a JSON body asks for GraphQL, as far as its beginning tells. */
export function isGraphqlBody(bytes: Uint8Array): boolean {
  return graphqlOperation(new TextDecoder().decode(bytes.subarray(0, GRAPHQL_MAX))) !== undefined;
}

const FIELDS = ['query', 'operationName', 'variables', 'extensions'] as const;
type Fields = Record<(typeof FIELDS)[number], string>;

function operationOf({ query, operationName, variables, extensions }: Fields): ShownOperation {
  const told = documentOperation(query, operationName);
  return {
    type: told?.type ?? '',
    name: told?.name || operationName,
    query: formatGraphql(query),
    variables: prettyJson(variables).text,
    extensions: prettyJson(extensions).text,
  };
}

/** Fields of the object that the body is, or of the objects in its array. */
function operationsIn(text: string): ShownOperation[] {
  const found: ShownOperation[] = [];
  const reader = new JsonReader(text);
  let fields: Fields | undefined;
  let level = 0;
  let token = reader.next();
  while (token !== 'end' && token !== 'fault' && found.length < OPERATIONS_MAX) {
    if (token === '{' && fields === undefined) {
      fields = { query: '', operationName: '', variables: '', extensions: '' };
      level = reader.depth;
    } else if (token === '}' && fields !== undefined && reader.depth < level) {
      found.push(operationOf(fields));
      fields = undefined;
    } else if (token === 'key' && fields !== undefined && reader.depth === level) {
      takeField(reader, text, fields);
    }
    token = reader.next();
  }
  return found;
}

/** The reader stands at a name; goes on to the end of its value. */
function takeField(reader: JsonReader, text: string, fields: Fields): void {
  const name: string = JSON.parse(text.slice(reader.start, reader.end));
  const level = reader.depth;
  reader.next();
  const first = reader.next();
  const { start } = reader;
  let token = first;
  while (reader.depth > level && token !== 'fault') token = reader.next();
  const known = FIELDS.find((each) => each === name);
  if (known === undefined || token === 'fault') return;
  const value = text.slice(start, reader.end);
  fields[known] = first === 'string' ? JSON.parse(value) : value === 'null' ? '' : value;
}
