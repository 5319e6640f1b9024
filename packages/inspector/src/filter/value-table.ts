import type { KeyName } from './key-table.ts';

/** A value that people often want of a key. */
export interface KnownValue {
  readonly value: string;
  readonly sentence: string;
}

function values(table: Readonly<Record<string, string>>): readonly KnownValue[] {
  return Object.entries(table).map(([value, sentence]) => ({ value, sentence }));
}

const HEADERS = values({
  'content-type': 'Media type of the body',
  authorization: 'Who the sender is',
  'user-agent': 'Program that sent the request',
  cookie: 'Cookies that the visitor sent',
  'set-cookie': 'Cookies that the response sets',
  origin: 'Page that the request came from',
  referer: 'Page that linked here',
  accept: 'Media types that the visitor wants',
  'content-encoding': 'Compression of the body',
  'cache-control': 'How long it may be kept',
  location: 'Where a redirect leads',
  'x-forwarded-for': 'Addresses on the way here',
});

/** By key, the most wanted first. */
export const KNOWN_VALUES: Partial<Readonly<Record<KeyName, readonly KnownValue[]>>> = {
  // Lists where values look like numbers: an object would put those first.
  status: [
    { value: '>=400', sentence: 'Client and server errors' },
    { value: '5xx', sentence: 'Server errors' },
    { value: '4xx', sentence: 'Client errors' },
    { value: '3xx', sentence: 'Redirects' },
    { value: '2xx', sentence: 'Success' },
    { value: '101', sentence: 'Switched to another protocol' },
    { value: '401', sentence: 'Credentials missing or wrong' },
    { value: '403', sentence: 'Forbidden' },
    { value: '404', sentence: 'Not found' },
    { value: '429', sentence: 'Too many requests' },
    { value: '500', sentence: 'Internal server error' },
    { value: '502', sentence: 'The upstream did not answer well' },
  ],
  method: values({
    GET: 'Reads',
    POST: 'Sends; most webhooks',
    PUT: 'Replaces',
    PATCH: 'Changes a part',
    DELETE: 'Removes',
    HEAD: 'Headers alone',
    OPTIONS: 'Asks what is allowed; CORS preflights',
  }),
  type: values({
    json: 'JSON and its kin',
    html: 'Web pages',
    image: 'Pictures',
    js: 'Scripts',
    css: 'Style sheets',
    xml: 'XML and its kin',
    text: 'Any text/…',
    form: 'Forms and file uploads',
    events: 'Event streams',
    font: 'Fonts',
    audio: 'Sound',
    video: 'Films',
  }),
  header: HEADERS,
  reqheader: HEADERS,
  resheader: HEADERS,
  size: values({
    '>10k': 'More than 10 KiB',
    '>100k': 'More than 100 KiB',
    '>1M': 'More than 1 MiB',
    '<1k': 'Less than 1 KiB',
    '=0': 'Nothing at all',
  }),
  dur: values({
    '>100ms': 'More than 100 milliseconds',
    '>500ms': 'More than half a second',
    '>1s': 'More than a second',
    '>10s': 'More than ten seconds',
  }),
  since: values({
    '1m': 'In the last minute',
    '5m': 'In the last 5 minutes',
    '15m': 'In the last 15 minutes',
    '1h': 'In the last hour',
  }),
  close: [
    { value: '1000', sentence: 'Normal end' },
    { value: '1001', sentence: 'A side went away' },
    { value: '1005', sentence: 'Closed without a code' },
    { value: '1006', sentence: 'Broke without a close frame' },
    { value: '1008', sentence: 'Against a rule of the other side' },
    { value: '1009', sentence: 'A message was too large' },
    { value: '1011', sentence: 'The server failed' },
    { value: '1012', sentence: 'Service restart' },
    { value: '>=4000', sentence: 'A code of the application' },
  ],
};

/** Short names of media types, each with the parts of a type that it stands for. */
export const TYPE_ALIASES: ReadonlyMap<string, readonly string[]> = new Map([
  ['js', ['javascript', 'ecmascript']],
  ['image', ['image/']],
  ['audio', ['audio/']],
  ['video', ['video/']],
  ['text', ['text/']],
  ['font', ['font/', '/font', 'x-font']],
  ['form', ['x-www-form-urlencoded', 'multipart/form-data']],
  ['events', ['text/event-stream']],
  ['binary', ['octet-stream']],
]);
