/** Strings, comments, spreads, names, numbers, and single characters; commas are space in GraphQL. */
const TOKEN =
  /[\s,\ufeff]*("""[\s\S]*?(?:"""|$)|"(?:\\.|[^"\\\n])*"?|#[^\n\r]*|\.\.\.|[A-Za-z_]\w*|-?\d[\w.+-]*|\S)/y;

/** Levels that are indented. */
const INDENTED_MAX = 40;

/**
 * A GraphQL document that was sent in one line, with a line for each selection; one that has lines
 * stays as its writer made it. Linear; never throws.
 */
export function formatGraphql(document: string): string {
  if (/[\r\n]/.test(document.trim())) return document;
  const open: string[] = [];
  let text = '';
  let last = '';
  let beforeLast = '';
  TOKEN.lastIndex = 0;
  for (let found = TOKEN.exec(document); found !== null; found = TOKEN.exec(document)) {
    const token = found[1] ?? '';
    const isSelection = open.length === 0 || open.at(-1) === '{';
    if ('}])'.includes(token)) open.pop();
    const indent = `\n${'  '.repeat(Math.min(INDENTED_MAX, open.length))}`;
    text += isSelection ? gapOfSelection(token, last, beforeLast, indent) : gapInside(token, last);
    text += token;
    if ('[('.includes(token)) open.push(token);
    if (token === '{') open.push(isSelection ? '{' : 'value');
    beforeLast = last;
    last = token;
  }
  return text;
}

/** Between what is selected, and between definitions. */
function gapOfSelection(token: string, last: string, beforeLast: string, indent: string): string {
  if (last === '') return '';
  if (last === '{' || token === '}') return indent;
  if (token === '{') return last === '}' ? `\n${indent}` : ' ';
  if (':(!'.includes(token) || last === '@' || last === '$') return '';
  const isDefinition = indent === '\n';
  if (isDefinition) return last === '}' ? '\n\n' : ' ';
  const isJoined = ':'.includes(last) || token === '@' || last === '...';
  const isCondition = last === 'on' && beforeLast === '...';
  return isJoined
    ? last === '...' && token !== 'on' && token !== '@'
      ? ''
      : ' '
    : isCondition
      ? ' '
      : indent;
}

/** Between arguments, variables and parts of a value. */
function gapInside(token: string, last: string): string {
  if ('([{$@'.includes(last) || ':)]}!'.includes(token)) return '';
  if (last === ':' || last === '=' || token === '=' || token === '@') return ' ';
  return token === '(' ? '' : ', ';
}
