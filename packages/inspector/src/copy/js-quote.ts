/** Of a JSON text, what is no visible character, and what ends a line in older JavaScript. */
const UNSEEN = /[\p{Cc}\p{Cf}\p{Zl}\p{Zp}\p{Cs}\p{Co}\p{Cn}]/gu;

/** A string literal of JavaScript, every character of it visible; also inside a script element. */
export function quoteJs(text: string): string {
  return JSON.stringify(text)
    .replaceAll(UNSEEN, escapeUnits)
    .replaceAll(/<(?=[!/])/g, '\\x3C');
}

/** Like `quoteJs`, all ASCII: for bytes as characters, whose meaning nobody knows. */
export function quoteJsBytes(latin1: string): string {
  return quoteJs(latin1).replaceAll(/[^ -~]/g, escapeUnits);
}

function escapeUnits(character: string): string {
  let escaped = '';
  for (let at = 0; at < character.length; at++) {
    escaped += `\\u${character.charCodeAt(at).toString(16).padStart(4, '0')}`;
  }
  return escaped;
}
