/** What a close code says, in plain words. */
export interface CloseMeaning {
  /** Of the registry (RFC 6455 section 7.4.1), in words. */
  readonly name: string;
  readonly meaning: string;
  /** Present where experience knows what is mostly behind it. */
  readonly likelyCause?: string;
}

type Row = readonly [name: string, meaning: string, likelyCause?: string];

const CODES = new Map<number, Row>([
  [1000, ['Normal closure', 'The connection has done what it was opened for.']],
  [
    1001,
    [
      'Going away',
      'One side is leaving.',
      'The visitor closed or reloaded the page, or the server is shutting down.',
    ],
  ],
  [1002, ['Protocol error', 'The other side broke the rules of WebSocket.']],
  [1003, ['Unsupported kind', 'A message came of a kind (text or binary) that is not accepted.']],
  [1004, ['Reserved', 'This code has no meaning; no program should send it.']],
  [
    1005,
    [
      'No code',
      'The connection was closed properly, without saying why.',
      'The program called close() without a code.',
    ],
  ],
  [
    1006,
    [
      'Abnormal closure',
      'The connection broke without a close frame.',
      'A process ended or crashed, the network was lost, or something between the two sides cut a connection that was idle.',
    ],
  ],
  [
    1007,
    [
      'Invalid content',
      'A message did not hold what its kind promises.',
      'A text message that is not UTF-8, or compressed content that can not be read.',
    ],
  ],
  [
    1008,
    [
      'Policy violation',
      'A message was refused by a rule of the other side.',
      'Not signed in, not permitted, or too many messages.',
    ],
  ],
  [
    1009,
    [
      'Message too big',
      'A message was larger than the other side accepts.',
      'A size limit of the server, such as maxPayload.',
    ],
  ],
  [1010, ['Extension missing', 'The client needs an extension that the server did not accept.']],
  [
    1011,
    [
      'Internal error',
      'The server met something that it did not expect.',
      'An uncaught error in the code that handles messages; the log of the server knows more.',
    ],
  ],
  [
    1012,
    [
      'Service restart',
      'The service restarts; connecting again will work.',
      'The relay, the client or the server itself was stopped to be started again.',
    ],
  ],
  [
    1013,
    [
      'Try again later',
      'The server is too busy, or can not serve this now.',
      'A limit on connections or messages.',
    ],
  ],
  [
    1014,
    [
      'Bad gateway',
      'A gateway got no valid answer from the server behind it.',
      'The server behind a proxy is down.',
    ],
  ],
  [
    1015,
    [
      'TLS handshake failed',
      'No secure connection could be made.',
      'A certificate that is not trusted or does not fit the name.',
    ],
  ],
]);

const RANGES: readonly (readonly [from: number, to: number, row: Row])[] = [
  [0, 999, ['Not used', 'No code is below 1000; the other side broke the rules.']],
  [1016, 2999, ['Reserved', 'Kept for later versions of WebSocket and for extensions.']],
  [
    3000,
    3999,
    ['Library code', 'Of a library or framework, registered with IANA; see its documentation.'],
  ],
  [4000, 4999, ['Application code', 'Given by the application itself; its own code knows why.']],
];

const OUTSIDE: Row = ['Not valid', 'Close codes end at 4999; the other side broke the rules.'];

/** Registered codes of libraries that many applications use. */
const LIBRARY = new Map<number, Row>([
  [3000, ['Unauthorized', 'Signing in is needed before this connection (as 401 of HTTP).']],
  [3003, ['Forbidden', 'This visitor may not have this connection (as 403 of HTTP).']],
  [3008, ['Timeout', 'The other side waited too long (as 408 of HTTP).']],
]);

/** Any number is given a meaning. */
export function closeCode(code: number): CloseMeaning {
  const row = CODES.get(code) ?? LIBRARY.get(code) ?? rangeOf(code);
  const [name, meaning, likelyCause] = row;
  return { name, meaning, ...(likelyCause === undefined ? {} : { likelyCause }) };
}

function rangeOf(code: number): Row {
  return RANGES.find(([from, to]) => code >= from && code <= to)?.[2] ?? OUTSIDE;
}
