import { latin1 } from '../body/latin1.ts';
import { exactText } from '../copy/text.ts';
import type { BodyFacts } from '../exchange/detail.ts';
import type { HarContent } from './har-log.ts';

/** The bytes are those of the encoding that `facts` name. */
export function isEncoded(facts: BodyFacts, isDecoded: boolean | undefined): boolean {
  return isDecoded !== true && facts.encoding !== '' && facts.encoding !== 'identity';
}

export function isTruncated(facts: BodyFacts): boolean {
  return facts.keptBytes < facts.bytes;
}

export function base64(bytes: Uint8Array): string {
  return btoa(latin1(bytes));
}

/** The bytes of a Base64 text; undefined when it is none. */
export function fromBase64(text: string): Uint8Array | undefined {
  try {
    const decoded = atob(text);
    return Uint8Array.from(decoded, (character) => character.charCodeAt(0));
  } catch {
    return undefined;
  }
}

/** A body as text where it is UTF-8, else in Base64. */
export function harContent(
  body: Uint8Array,
  facts: BodyFacts,
  isDecoded: boolean | undefined,
): HarContent {
  const head = { size: body.length, mimeType: facts.type };
  if (body.length === 0) return head;
  if (isEncoded(facts, isDecoded)) {
    return { ...head, text: base64(body), encoding: 'base64', _encoded: facts.encoding };
  }
  const saved = isTruncated(facts) ? 0 : body.length - facts.bytes;
  const compression = saved > 0 ? { compression: saved } : {};
  const text = exactText(body);
  return text === undefined
    ? { ...head, text: base64(body), encoding: 'base64', ...compression }
    : { ...head, text, ...compression };
}
