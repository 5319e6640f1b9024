import { isSecretField, MASK, type MoreSecrets, maskQuery } from './secrets.ts';
import { exactText } from './text.ts';

/** A name and its colon; the quotes of JSON within a string of JSON have backslashes before them. */
const NAME = /(\\{0,3})"([^"\\\n]{1,128})\1"\s{0,32}:\s{0,32}/g;
const NUMBER = /-?[0-9][-+.0-9eE]{0,400}/y;

/**
 * A body without the secrets that its names tell: fields of a form, texts and numbers of JSON (of any
 * other text too: event streams and messages hold JSON). `type` is `Content-Type`. Bytes that are no
 * text are returned as they are.
 */
export function maskBody(body: Uint8Array, type: string, more?: MoreSecrets): Uint8Array {
  const text = exactText(body);
  if (text === undefined) return body;
  const masked = maskText(text, type, more);
  return masked === text ? body : new TextEncoder().encode(masked);
}

/** Like `maskBody`, for text. */
export function maskText(text: string, type: string, more?: MoreSecrets): string {
  const isForm = /^\s{0,8}application\/x-www-form-urlencoded/i.test(type);
  return isForm ? maskQuery(text, more) : maskFields(text, more);
}

function maskFields(text: string, more?: MoreSecrets): string {
  const parts: string[] = [];
  let done = 0;
  for (const found of text.matchAll(NAME)) {
    const [whole, backslashes = '', name = ''] = found;
    const start = found.index + whole.length;
    if (start < done || !isSecretField(name, more)) continue;
    const end = valueEnd(text, start, `${backslashes}"`);
    if (end === start) continue;
    parts.push(text.slice(done, start), `${backslashes}"${MASK}${backslashes}"`);
    done = end;
  }
  parts.push(text.slice(done));
  return parts.join('');
}

/** Where the text or number at `start` ends; `start` for a value of another kind. */
function valueEnd(text: string, start: number, quote: string): number {
  if (text.startsWith(quote, start)) return textEnd(text, start + quote.length, quote);
  NUMBER.lastIndex = start;
  return NUMBER.test(text) ? NUMBER.lastIndex : start;
}

/** Behind the closing quote, or the end of a body that was cut short. */
function textEnd(text: string, start: number, quote: string): number {
  let backslashes = 0;
  for (let at = start; at < text.length; at++) {
    if (text[at] === '\\') {
      backslashes++;
      continue;
    }
    // As many backslashes as the opening quote had, or an even number where it had none.
    const isClosing = quote.length === 1 ? backslashes % 2 === 0 : backslashes < quote.length;
    if (text[at] === '"' && isClosing) return at + 1;
    backslashes = 0;
  }
  return text.length;
}
