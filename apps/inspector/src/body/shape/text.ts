import { base64, decodeText } from '@sellia/inspector/bodies';
import { type ShownJson, shownJson } from './json.ts';
import { type ShownText, shownText } from './shown-text.ts';

/** Bytes that are to be read as text. */
export interface TextSource {
  readonly bytes: Uint8Array<ArrayBuffer>;
  /** Of the `Content-Type`; empty where none is told. */
  readonly charset: string;
  /** The bytes are only a beginning. */
  readonly isCut: boolean;
}

/** Of base64 as mail has it (RFC 2045): a line is read at one look. */
const BASE64_LINE = 76;

export function textOf({ bytes, charset, isCut }: TextSource): ShownText {
  const { text, note } = decodeText(bytes, charset, { isCut });
  return noted(shownText(text), note);
}

export function jsonOf({ bytes, charset, isCut }: TextSource): ShownJson {
  const { text, note } = decodeText(bytes, charset, { isCut });
  return noted(shownJson(text, isCut), note);
}

export function base64Of(bytes: Uint8Array): ShownText {
  const text = base64(bytes);
  const lines: string[] = [];
  for (let at = 0; at < text.length; at += BASE64_LINE)
    lines.push(text.slice(at, at + BASE64_LINE));
  return shownText(lines.join('\n'));
}

function noted<Shown extends ShownText>(shown: Shown, note: string): Shown {
  return note === '' ? shown : { ...shown, notes: [note, ...shown.notes] };
}
