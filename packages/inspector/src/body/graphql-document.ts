const TYPES = ['query', 'mutation', 'subscription'] as const;

export type OperationType = (typeof TYPES)[number];

export interface DocumentOperation {
  readonly type: OperationType;
  /** Empty for an anonymous one. */
  readonly name: string;
}

/**
 * The operation of a GraphQL document that `operationName` means; the first one where it means
 * none, or is empty. Undefined if the document has no operation. Linear; never throws.
 */
export function documentOperation(
  document: string,
  operationName: string,
): DocumentOperation | undefined {
  let first: DocumentOperation | undefined;
  for (const operation of operations(document)) {
    if (operation.name === operationName) return operation;
    first ??= operation;
  }
  return first;
}

function* operations(document: string): Generator<DocumentOperation> {
  let depth = 0;
  let isBetween = true;
  let type: OperationType | undefined;
  let name = '';
  for (const token of tokens(document)) {
    if (type !== undefined && name === '' && isName(token)) {
      name = token;
      continue;
    }
    // Prose may begin with "query", too.
    if (type !== undefined && '{(@'.includes(token)) yield { type, name };
    if (type === undefined && isBetween && token === '{') yield { type: 'query', name: '' };
    type = isBetween ? TYPES.find((each) => each === token) : undefined;
    name = '';
    if ('{(['.includes(token)) depth++;
    if ('})]'.includes(token)) depth = Math.max(0, depth - 1);
    isBetween = depth === 0 && token === '}';
  }
}

const SKIPPED = /(?:[\s,\ufeff]|#[^\n\r]*)*/y;
const NAME = /[A-Za-z_]\w*/y;

function isName(token: string): boolean {
  return /^[A-Za-z_]/.test(token);
}

/** Names and single characters, without strings, comments and space. */
function* tokens(document: string): Generator<string> {
  let at = 0;
  while (at < document.length) {
    SKIPPED.lastIndex = at;
    SKIPPED.test(document);
    at = SKIPPED.lastIndex;
    if (document[at] === '"') {
      at = stringEnd(document, at);
      continue;
    }
    NAME.lastIndex = at;
    const token = NAME.exec(document)?.[0] ?? document[at];
    if (token === undefined) return;
    at += token.length;
    yield token;
  }
}

/** A string that is not closed takes the rest, so that nothing is read twice. */
function stringEnd(document: string, start: number): number {
  if (document.startsWith('"""', start)) {
    let close = document.indexOf('"""', start + 3);
    while (close > 0 && document[close - 1] === '\\') close = document.indexOf('"""', close + 3);
    return close < 0 ? document.length : close + 3;
  }
  for (let at = start + 1; at < document.length; at++) {
    if (document[at] === '\\') at++;
    else if (document[at] === '"') return at + 1;
  }
  return document.length;
}
