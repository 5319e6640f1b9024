import { type HeaderLines, isForwarding, isHopByHop, isShadow } from '@sellia/protocol';

/**
 * Fields that mean something before the body and must not come after it: framing, routing,
 * credentials, how to read the content (RFC 9110 section 6.5.1). A receiver that merges trailers
 * into its headers would take a visitor's word for them.
 */
const HEAD_ONLY = new Set([
  'authorization',
  'cache-control',
  'content-encoding',
  'content-length',
  'content-range',
  'content-type',
  'cookie',
  'expect',
  'host',
  'max-forwards',
  'range',
  'set-cookie',
  'www-authenticate',
]);

/** The lines of well-formed `trailers` that may be sent on. */
export function keepTrailers(trailers: HeaderLines): HeaderLines {
  const kept: HeaderLines = [];
  for (let i = 0; i < trailers.length; i += 2) {
    const lower = (trailers[i] as string).toLowerCase();
    if (mayTrail(lower)) kept.push(trailers[i] as string, trailers[i + 1] as string);
  }
  return kept;
}

function mayTrail(lower: string): boolean {
  return !(
    HEAD_ONLY.has(lower) ||
    isHopByHop(lower) ||
    isForwarding(lower) ||
    isShadow(lower) ||
    lower.startsWith('x-sellia-')
  );
}
