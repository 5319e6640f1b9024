import { documentOperation, type OperationType } from './graphql-document.ts';
import { JsonReader } from './json-reader.ts';

/** Characters of a request body that are looked at for its operation. */
export const GRAPHQL_MAX = 256 * 1024;

/** Letters of an operation's name that are shown. */
const NAME_MAX = 200;

export interface GraphqlOperation {
  /** Empty where the body names a stored query and so does not tell. */
  readonly type: OperationType | '';
  /** Empty for an anonymous operation. */
  readonly name: string;
  /** Operations in the body: more than 1 in a batch. */
  readonly count: number;
}

/** The operation that a JSON request body asks for; undefined if it is none. Never throws. */
export function graphqlOperation(body: string): GraphqlOperation | undefined {
  const { query, operationName, isStored, count } = requestFields(body.slice(0, GRAPHQL_MAX));
  const found = query === undefined ? undefined : documentOperation(query, operationName);
  if (found !== undefined) return { type: found.type, name: shortened(found.name), count };
  if (query !== undefined || !isStored || operationName === '') return undefined;
  return { type: '', name: shortened(operationName), count };
}

interface RequestFields {
  query: string | undefined;
  operationName: string;
  isStored: boolean;
  count: number;
}

/** Of the first object that stands on its own or in an array; text that breaks off will do. */
function requestFields(text: string): RequestFields {
  const fields: RequestFields = { query: undefined, operationName: '', isStored: false, count: 0 };
  const reader = new JsonReader(text);
  let depth = 0;
  let key = '';
  for (let token = reader.next(); token !== 'end' && token !== 'fault'; token = reader.next()) {
    if (token === '{' && reader.depth <= 2 && (depth === 0 || reader.depth === depth)) {
      depth = reader.depth;
      fields.count++;
    }
    if (fields.count !== 1 || reader.depth !== depth) continue;
    if (token === 'key') key = unquoted(text, reader);
    else if (token === 'string') takeField(fields, key, unquoted(text, reader));
    if (key === 'extensions') fields.isStored = true;
  }
  return fields;
}

function takeField(fields: RequestFields, key: string, text: string): void {
  if (key === 'query') fields.query = text;
  if (key === 'operationName') fields.operationName = text;
  if (key === 'id' || key === 'doc_id' || key === 'documentId') fields.isStored = true;
}

/** The reader has judged the string; what is left is to undo its escapes. */
function unquoted(text: string, { start, end }: JsonReader): string {
  return JSON.parse(text.slice(start, end));
}

function shortened(name: string): string {
  return name.slice(0, NAME_MAX);
}
