import { headerValue } from '@sellia/protocol';
import { mediaType } from '../body/media-type.ts';

/** Name, value, name, value, … in the order, case and number in which they came. */
export type HeaderLines = readonly string[];

/** The first value of a header; empty without one. `name` in lower case. */
export function headerText(lines: HeaderLines, name: string): string {
  return headerValue(lines, name) ?? '';
}

/** `text/html` of `Text/HTML; charset=utf-8`; empty without a type. */
export function mediaTypeOf(lines: HeaderLines): string {
  return mediaType(headerText(lines, 'content-type')).type;
}
