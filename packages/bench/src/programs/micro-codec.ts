import {
  decodeOpen,
  decodeResponse,
  encodeFrame,
  encodeOpen,
  encodeResponse,
  FrameDecoder,
  FrameType,
  limits,
  type Opening,
  type RequestHead,
} from '@sellia/protocol';
import { nativeLatin1 } from '@sellia/session';
import type { MicroBench } from './micro.ts';

/** Units between two looks at the clock. */
const BATCH = 100;

export const OPENING: Opening = {
  kind: 'http',
  tunnel: 1,
  visitorAddress: '203.0.113.7',
  visitorPort: 51_234,
  scheme: 'https',
  tlsVersion: 'TLSv1.3',
  requestId: 'V1StGXR8Z5jdHi6B',
  hops: 0,
  receivedAt: 1_790_000_000_000,
  acceptsTrailers: false,
};

/** What a browser sends. */
export const REQUEST: RequestHead = {
  method: 'GET',
  target: '/assets/index-4f3a1c.js?v=12',
  headers: [
    ...['Host', 'app.example.com', 'Accept', '*/*', 'Accept-Language', 'en-GB,en;q=0.9'],
    ...['Accept-Encoding', 'gzip, deflate, br, zstd', 'Referer', 'https://app.example.com/'],
    ...['User-Agent', 'Mozilla/5.0 (X11; Linux x86_64; rv:140.0) Gecko/20100101 Firefox/140.0'],
    ...['Sec-Fetch-Dest', 'script', 'Sec-Fetch-Mode', 'cors', 'Sec-Fetch-Site', 'same-origin'],
    ...['Cookie', 'session=0f3a1c4e-77aa-4b6e-9d4b-51f0d3a9e0c1', 'X-Forwarded-For', '203.0.113.7'],
  ],
};

export const RESPONSE = [
  ...['Server', 'nginx', 'Date', 'Sun, 06 Nov 1994 08:49:37 GMT', 'Content-Type', 'text/plain'],
  ...['Content-Length', '13', 'ETag', '"5d8c72a5edda8d6a"', 'Cache-Control', 'no-cache'],
];

export function codecBenches(): MicroBench[] {
  const open = encodeOpen(OPENING, REQUEST);
  const response = encodeResponse(200, 'OK', RESPONSE);
  return [
    repeat('encode-request', 'encode a request head', () => encodeOpen(OPENING, REQUEST)),
    repeat('decode-request', 'decode and check a request head', () => decodeOpen(open)),
    repeat('encode-response', 'encode a response head', () => encodeResponse(200, 'OK', RESPONSE)),
    repeat('decode-response', 'decode and check a response head', () => decodeResponse(response)),
    decodeFramesBench(),
  ];
}

function repeat(name: string, title: string, once: () => unknown): MicroBench {
  const run = () => {
    for (let i = 0; i < BATCH; i++) once();
    return BATCH;
  };
  return { name, title, unit: '/s', run };
}

/** A message full of small frames, as many streams make it. */
function decodeFramesBench(): MicroBench {
  const text = encodeResponse(200, 'OK', RESPONSE);
  const payload = new Uint8Array(text.length);
  nativeLatin1.write(payload, 0, text);
  const frame = encodeFrame({ type: FrameType.Head, streamId: 1, payload, end: false });
  const count = Math.floor(limits.MESSAGE_MAX / frame.length);
  const message = new Uint8Array(count * frame.length);
  for (let i = 0; i < count; i++) message.set(frame, i * frame.length);
  let seen = 0;
  const decoder = new FrameDecoder(() => seen++);
  const run = () => {
    const before = seen;
    decoder.receive(message);
    return seen - before;
  };
  return { name: 'decode-frames', title: 'find the frames in a message', unit: '/s', run };
}
