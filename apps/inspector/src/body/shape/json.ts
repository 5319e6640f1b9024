import { type JsonError, prettyJson } from '@sellia/inspector/bodies';
import { type ShownText, shownText } from './shown-text.ts';

/** Pretty JSON, and what is wrong with it as it was sent. */
export interface ShownJson extends ShownText {
  /** Line and column are of the body; the place in the shown text is `place`. */
  readonly error?: JsonError;
}

/** Numbers, strings, names and their order stay as they were sent. `isCut`: only its beginning is there. */
export function shownJson(text: string, isCut: boolean): ShownJson {
  const { text: pretty, rest, error } = prettyJson(text);
  const read = text.length - rest.length;
  const gap = error === undefined ? 0 : Math.max(0, error.offset - read);
  const shown = shownText(pretty + rest, pretty.length + gap);
  return error === undefined || (isCut && error.isCutOff) ? shown : { ...shown, error };
}

/** What is wrong with it; undefined for JSON. */
export function jsonError(text: string): JsonError | undefined {
  return prettyJson(text).error;
}

/** As text to take away: what is no JSON stays as it is. */
export function prettyText(text: string): string {
  const { text: pretty, rest } = prettyJson(text);
  return pretty + rest;
}
