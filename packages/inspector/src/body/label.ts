import type { ViewerKind } from './kind.ts';

const KINDS: ReadonlyMap<string, ViewerKind> = new Map(
  Object.entries({
    json: 'application/json text/json text/x-json application/x-json',
    ndjson:
      'application/x-ndjson application/ndjson application/jsonl application/x-jsonl text/jsonl application/jsonlines application/x-jsonlines application/json-lines application/json-seq application/stream+json',
    'event-stream': 'text/event-stream',
    form: 'application/x-www-form-urlencoded',
    xml: 'application/xml text/xml application/xml-dtd',
    html: 'text/html application/xhtml+xml',
    css: 'text/css',
    javascript:
      'text/javascript application/javascript application/x-javascript application/ecmascript text/ecmascript text/jscript application/typescript text/typescript',
    yaml: 'application/yaml text/yaml application/x-yaml text/x-yaml text/vnd.yaml application/vnd.yaml',
    text: 'application/toml application/sql application/x-sh application/x-httpd-php application/pgp-signature application/rtf',
    pdf: 'application/pdf application/x-pdf',
    graphql: 'application/graphql',
    audio: 'application/ogg',
    video: 'application/mp4',
    binary:
      'application/zip application/gzip application/x-gzip application/x-tar application/wasm application/msgpack application/x-msgpack application/vnd.msgpack application/cbor application/protobuf application/x-protobuf application/grpc application/grpc-web application/grpc-web+proto',
  } satisfies Partial<Record<ViewerKind, string>>).flatMap(([kind, types]) =>
    types.split(' ').map((type) => [type, kind as ViewerKind] as const),
  ),
);

/** Of types that the table does not name, by what they end in (RFC 6839). */
const SUFFIXES: readonly (readonly [string, ViewerKind])[] = [
  ['+json', 'json'],
  ['+xml', 'xml'],
  ['+yaml', 'yaml'],
  ['+zip', 'binary'],
  ['+cbor', 'binary'],
];

const FAMILIES: readonly (readonly [string, ViewerKind])[] = [
  ['image/', 'image'],
  ['audio/', 'audio'],
  ['video/', 'video'],
  ['multipart/', 'multipart'],
  ['font/', 'binary'],
];

/** The kind that a media type names; undefined where it names none (`application/octet-stream`). */
export function kindOfLabel(type: string): ViewerKind | undefined {
  return (
    KINDS.get(type) ??
    FAMILIES.find(([family]) => type.startsWith(family))?.[1] ??
    SUFFIXES.find(([suffix]) => type.endsWith(suffix))?.[1] ??
    (type.startsWith('text/') ? 'text' : undefined)
  );
}
