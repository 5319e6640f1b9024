import { visibleText } from '@sellia/inspector/browser';

/** Characters of a text in a line, and of what the pointer shows of it. */
const LINE_MAX = 300;
const TITLE_MAX = 2_000;

const PLAIN = /^[\x20-\x7e]*$/;

/** Text of others for one line: what hides in it is seen, and what is too long is cut. */
export function lineText(text: string): string {
  return shown(text, LINE_MAX);
}

/** ... for a tooltip. */
export function titleText(text: string): string {
  return shown(text, TITLE_MAX);
}

function shown(text: string, most: number): string {
  const cut = text.length > most ? `${text.slice(0, most)}…` : text;
  return PLAIN.test(cut) ? cut : visibleText(cut).text;
}

/** A target in two: its path, and from the question mark on. */
export function targetParts(target: string): readonly [path: string, query: string] {
  const at = target.indexOf('?');
  return at < 0 ? [target, ''] : [target.slice(0, at), target.slice(at)];
}

/** The short name of a media type: `json`, `html`, `png`. */
export function typeText(type: string): string {
  const sub = type.slice(type.indexOf('/') + 1);
  if (sub === 'javascript' || sub === 'x-javascript') return 'js';
  if (sub === 'event-stream') return 'events';
  if (sub === 'octet-stream') return 'binary';
  if (sub === 'x-www-form-urlencoded' || sub === 'form-data') return 'form';
  return lineText(sub.replace(/^(?:x-|vnd\.)/, '').replace(/^.*\+(json|xml)$/, '$1'));
}
