/** Sentences about headers that people meet; nothing of the value but its well-known words is used. */

const NOTES: Readonly<Record<string, string>> = {
  accept: 'Media types that the visitor can read, the preferred ones with a higher q.',
  'accept-encoding': 'Compressions that the visitor can undo.',
  'accept-language': 'Languages that the visitor prefers.',
  'access-control-allow-credentials':
    'With true, browsers send cookies across origins and let scripts read the answer.',
  'access-control-allow-headers':
    'CORS: headers that a script of another origin may set on the real request.',
  'access-control-allow-methods':
    'CORS: methods that a script of another origin may use on the real request.',
  'access-control-allow-origin':
    'CORS: the origin whose scripts may read this answer; * is every origin, without cookies.',
  'access-control-expose-headers':
    'CORS: headers of this answer that scripts of another origin may read.',
  'access-control-max-age': 'CORS: seconds for which the browser remembers a preflight.',
  'access-control-request-headers':
    'CORS preflight: headers that a script wants to set on the real request.',
  'access-control-request-method':
    'CORS preflight: the method that a script wants to use on the real request.',
  age: 'Seconds that the answer has spent in caches.',
  authorization: 'Who asks: a scheme, then what proves it. Treat it as a password.',
  connection: 'About this connection only; it does not pass through the tunnel.',
  'content-disposition': 'Whether the body is shown or saved, and under which name.',
  'content-encoding':
    'How the body is compressed. It is undone in what you see; Raw shows the bytes.',
  'content-length': 'Bytes of the body as it travels.',
  'content-security-policy': 'What the page may load and run in a browser.',
  'content-type': 'What the body is.',
  etag: 'Names this version of the content; If-None-Match asks whether it is still the one.',
  expect: 'The visitor waits for 100 Continue before it sends the body.',
  forwarded: 'Where the request came from, as the relay saw it (RFC 7239).',
  host: 'The name that the visitor asked for.',
  'if-modified-since': 'Answer 304 without a body if nothing has changed since.',
  'if-none-match': 'Answer 304 without a body if the content still has this ETag.',
  'last-modified': 'When the content was changed last.',
  location: 'Where to go instead, or where the new thing is.',
  origin: 'The site whose script or form sent this request.',
  range: 'Only this part of the content is wanted.',
  referer: 'The page on which the request began. The name has been misspelt since 1996.',
  'referrer-policy': 'How much of its address the page tells to others.',
  'retry-after': 'Seconds to wait, or the time from which to try again.',
  'sellia-replay': 'Sellia sent this request again; the value is the id of the original.',
  'server-timing': 'What your app says about its own time; see the tab Timing.',
  'set-cookie': 'The browser keeps this cookie; see Cookies below for what its attributes mean.',
  'strict-transport-security':
    'The browser will use only HTTPS for this site, for so many seconds.',
  'transfer-encoding': 'How the body is cut for this connection; each hop does it anew.',
  upgrade: 'Another protocol is asked for on this connection, such as websocket.',
  'user-agent': 'The program that the visitor uses, by its own account.',
  vary: 'Request headers on which the answer depends; caches keep one answer for each value.',
  'www-authenticate': 'How the visitor could prove who it is.',
  'x-content-type-options': 'With nosniff, browsers believe Content-Type and do not guess.',
  'x-forwarded-for': 'Address of the visitor; behind trusted proxies, each adds the one before it.',
  'x-forwarded-host': 'The host that the visitor asked for.',
  'x-forwarded-port': 'The port that the visitor asked for.',
  'x-forwarded-proto': 'Whether the visitor came by http or https.',
  'x-frame-options': 'Whether other sites may show the page in a frame.',
};

/** Directives of Cache-Control that are worth a word. */
const CACHE: Readonly<Record<string, string>> = {
  'max-age': 'fresh for so many seconds',
  's-maxage': 'fresh for so many seconds in shared caches',
  'no-cache': 'may be kept, and must be checked before each use',
  'no-store': 'must not be kept at all',
  private: 'only the browser may keep it',
  public: 'every cache may keep it',
  'must-revalidate': 'must be checked once it is stale',
  immutable: 'never changes while it is fresh',
  'stale-while-revalidate': 'may be used for so many seconds while it is checked',
};

/** A sentence about a header; empty where there is nothing to be said. */
export function headerNote(name: string, value: string): string {
  const lower = name.toLowerCase();
  return lower === 'cache-control'
    ? cacheNote(value)
    : Object.hasOwn(NOTES, lower)
      ? (NOTES[lower] as string)
      : '';
}

function cacheNote(value: string): string {
  const words = value.slice(0, 1_000).toLowerCase().split(',');
  const known = words.flatMap((word) => {
    const directive = word.split('=', 1)[0]?.trim() ?? '';
    const meaning = Object.hasOwn(CACHE, directive) ? CACHE[directive] : undefined;
    return meaning === undefined ? [] : [`${directive}: ${meaning}`];
  });
  return `How long caches may keep it. ${known.join('; ')}${known.length > 0 ? '.' : ''}`.trim();
}
