import { isForwarding, isHopByHop, isShadow } from '@sellia/protocol';

/** What becomes of a header line between a visitor and a tunnel. */
export const Rule = {
  /** Travels as it is. */
  Keep: 0,
  /** One link's business, the relay's own, or a shadow of a name that matters. */
  Drop: 1,
  Host: 2,
  ContentLength: 3,
  TransferEncoding: 4,
  Connection: 5,
  Te: 6,
  Expect: 7,
  /** X-Forwarded-For and its like. */
  Forwarding: 8,
  Hop: 9,
  RequestId: 10,
  SetCookie: 11,
  Upgrade: 12,
} as const;
export type Rule = (typeof Rule)[keyof typeof Rule];

/** How many relays a request has passed. Between relays only; a visitor's own is not trusted to be low. */
export const HOP_HEADER = 'X-Sellia-Hop';

const NAMED = new Map<string, Rule>([
  ['host', Rule.Host],
  ['content-length', Rule.ContentLength],
  ['transfer-encoding', Rule.TransferEncoding],
  ['connection', Rule.Connection],
  ['te', Rule.Te],
  ['expect', Rule.Expect],
  ['x-sellia-hop', Rule.Hop],
  ['x-request-id', Rule.RequestId],
  ['set-cookie', Rule.SetCookie],
  ['upgrade', Rule.Upgrade],
  // Would move later visits to a server of the tunnel's choosing.
  ['alt-svc', Rule.Drop],
]);

/** Spellings remembered; the names of the web's headers, each in two or three cases. */
const CACHE_MAX = 2_000;
/** Longer names are not worth a place. */
const CACHED_LENGTH = 64;
const cache = new Map<string, Rule>();

/** The rule for a header name in any case. Remembers what it has found: names repeat for ever. */
export function ruleOf(name: string): Rule {
  return cache.get(name) ?? remember(name);
}

function remember(name: string): Rule {
  const rule = judge(name.toLowerCase());
  if (cache.size < CACHE_MAX && name.length <= CACHED_LENGTH) cache.set(name, rule);
  return rule;
}

function judge(lower: string): Rule {
  const named = NAMED.get(lower);
  if (named !== undefined) return named;
  if (isForwarding(lower)) return Rule.Forwarding;
  const drops = isHopByHop(lower) || lower.startsWith('x-sellia-') || isShadow(lower);
  return drops ? Rule.Drop : Rule.Keep;
}
