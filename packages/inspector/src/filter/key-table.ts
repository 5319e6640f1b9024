/** What a filter must be told of an exchange: its row alone, its headers too, or its bodies too. */
export type Needs = 'row' | 'headers' | 'body';

/**
 * How the value of a key is read. `part`: text that contains it; `whole`: text that equals it;
 * `beginning`: text that begins with it; `age`: a duration before now.
 */
export type ValueKind =
  | 'part'
  | 'whole'
  | 'beginning'
  | 'header'
  | 'state'
  | 'status'
  | 'code'
  | 'size'
  | 'duration'
  | 'age';

export type KeyName =
  | 'method'
  | 'status'
  | 'path'
  | 'host'
  | 'url'
  | 'query'
  | 'header'
  | 'reqheader'
  | 'resheader'
  | 'type'
  | 'body'
  | 'reqbody'
  | 'resbody'
  | 'size'
  | 'dur'
  | 'ip'
  | 'tunnel'
  | 'tag'
  | 'since'
  | 'is'
  | 'close';

/** One key of the language, as `key:value`. */
export interface Key {
  readonly name: KeyName;
  readonly takes: ValueKind;
  readonly needs: Needs;
  /** What it is about, as the subject of a sentence: `the path`. */
  readonly subject: string;
  /** For people that choose a key. */
  readonly sentence: string;
}

function key(
  name: KeyName,
  takes: ValueKind,
  needs: Needs,
  subject: string,
  sentence: string,
): Key {
  return { name, takes, needs, subject, sentence };
}

/** All keys, the most wanted first. */
export const KEYS: readonly Key[] = [
  key('status', 'status', 'row', 'status', 'Status of the response: 404, 4xx, >=500, 200..299'),
  key('method', 'whole', 'row', 'the method', 'Method of the request: GET, POST'),
  key('path', 'part', 'row', 'the path', 'Text in the path, without the query'),
  key('is', 'state', 'row', 'it', 'State or mark: error, pending, ws, slow, pinned'),
  key('type', 'part', 'row', 'a media type', 'Media type of either body: json, html, image'),
  key('header', 'header', 'headers', 'a header', 'Header of either side: name or name=value'),
  key('body', 'part', 'body', 'a body', 'Text in the body of the request or the response'),
  key('dur', 'duration', 'row', 'the duration', 'Time from request to end, so far: >500ms'),
  key('size', 'size', 'row', 'the response', 'Bytes of the response body: >10k'),
  key('since', 'age', 'row', 'it', 'Begun in the last 5m, 1h'),
  key('host', 'part', 'row', 'the host', 'Text in the host of the public URL'),
  key('query', 'part', 'row', 'the query', 'Text behind the ? of the URL'),
  key('url', 'part', 'row', 'the URL', 'Text anywhere in the URL, as a bare word'),
  key('reqheader', 'header', 'headers', 'a request header', 'Header of the request'),
  key('resheader', 'header', 'headers', 'a response header', 'Header of the response'),
  key('reqbody', 'part', 'body', 'the request body', 'Text in the body of the request'),
  key('resbody', 'part', 'body', 'the response body', 'Text in the body of the response'),
  key('ip', 'beginning', 'row', 'the address', 'Address of the visitor, or how it begins'),
  key('tunnel', 'part', 'row', 'the tunnel', 'Text in the name of the tunnel'),
  key('tag', 'whole', 'row', 'a tag', 'One of its tags, whole'),
  key('close', 'code', 'row', 'the close code', 'Close code of a WebSocket: 1006, >=4000'),
];

const BY_NAME: ReadonlyMap<string, Key> = new Map(KEYS.map((each) => [each.name, each]));

/** In any case of letters; undefined for what is not a key. */
export function findKey(name: string): Key | undefined {
  return BY_NAME.get(name.toLowerCase());
}

/** A bare word is short for this key. */
export const BARE_KEY: KeyName = 'url';
