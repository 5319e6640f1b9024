import type { HeaderLines } from './head.ts';
import { isForwarding, isHopByHop, isShadow } from './headers.ts';

/**
 * Fields that mean something before the body and must not come after it: framing, routing,
 * credentials, conditions, how to read the content (RFC 9110 section 6.5.1). A receiver that
 * merges trailers into its headers would take anybody's word for them.
 */
const HEAD_ONLY = new Set([
  'age',
  'alt-svc',
  'authorization',
  'cache-control',
  'cookie',
  'date',
  'expect',
  'expires',
  'host',
  'location',
  'max-forwards',
  'pragma',
  'range',
  'retry-after',
  'set-cookie',
  'vary',
  'warning',
  'www-authenticate',
]);

/** The trailer lines that may travel. */
export function keepTrailers(lines: readonly string[]): HeaderLines {
  const kept: HeaderLines = [];
  for (let i = 0; i < lines.length; i += 2) {
    const name = lines[i] as string;
    if (mayTrail(name.toLowerCase())) kept.push(name, lines[i + 1] as string);
  }
  return kept;
}

function mayTrail(lower: string): boolean {
  return !(
    HEAD_ONLY.has(lower) ||
    isHopByHop(lower) ||
    isForwarding(lower) ||
    isShadow(lower) ||
    lower.startsWith('content-') ||
    lower.startsWith('if-') ||
    lower.startsWith('x-sellia-')
  );
}
