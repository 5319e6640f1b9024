import { connectionNamed, type HeaderLines, isHopByHop, withoutHeaders } from '@sellia/protocol';

/** What `Connection` says of the connection itself; any other word may name a header. */
const PLAIN = /^(?:keep-alive|close|upgrade|te)$/i;

/**
 * The lines that go further: hop-by-hop ones and those that `Connection` names are left out, order
 * and case of the others kept (RFC 9110 section 7.6.1). One pass, for each head of each exchange.
 */
export function travellingLines(lines: HeaderLines): HeaderLines {
  const kept: HeaderLines = [];
  let namesOthers = false;
  for (let i = 0; i < lines.length; i += 2) {
    const name = lines[i] as string;
    const value = lines[i + 1] as string;
    const lower = name.toLowerCase();
    if (!isHopByHop(lower)) kept.push(name, value);
    else if (lower === 'connection' && !PLAIN.test(value)) namesOthers = true;
  }
  if (!namesOthers) return kept;
  const named = connectionNamed(lines);
  return withoutHeaders(kept, (lower) => named.has(lower));
}
