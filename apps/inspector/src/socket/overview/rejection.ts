import type { ExchangeRow } from '../../api/types.ts';
import { sideStart } from '../words.ts';
import type { Ending } from './ending.ts';

type Row = readonly [meaning: string, cause: string];

/** What a status means as an answer to an upgrade. */
const STATUSES = new Map<number, Row>([
  [
    400,
    ['The request was not accepted as it is.', 'A header is missing or wrong for this server.'],
  ],
  [
    401,
    ['Signing in is needed first.', 'No token or cookie came with the upgrade, or an old one.'],
  ],
  [
    403,
    ['This visitor may not connect.', "The Origin or Host header is not on the server's list."],
  ],
  [
    404,
    ['There is no WebSocket on this path.', 'Another path, or a route that is not set up yet.'],
  ],
  [405, ['This path takes other methods.', 'Its handler is one for plain HTTP.']],
  [426, ['Another version of WebSocket is wanted.', 'The visitor does not speak version 13.']],
  [429, ['There were too many connections.', 'A rate limit.']],
  [
    500,
    ['Your app failed while it answered.', 'An error in the upgrade handler; its log knows more.'],
  ],
  [
    502,
    [
      'A server behind your app gave no valid answer.',
      'A proxy in front of a server that is down.',
    ],
  ],
  [503, ['The service is not there at the moment.', 'It starts, restarts or is overloaded.']],
]);

const RANGES: readonly (readonly [below: number, row: Row])[] = [
  [300, ['It was answered like an ordinary request.', 'No WebSocket server handles this path.']],
  [
    400,
    [
      'It leads elsewhere, and WebSockets do not follow.',
      'A redirect to https or to a sign-in page.',
    ],
  ],
  [500, ['The request was not accepted.', '']],
  [Number.POSITIVE_INFINITY, ['The server failed.', 'Its log knows more.']],
];

/** An upgrade that was answered otherwise than with 101. */
export function rejection({ status, reason, failure }: ExchangeRow): Ending {
  const row = STATUSES.get(status) ?? RANGES.find(([below]) => status < below)?.[1];
  const [meaning, cause] = row ?? ['', ''];
  const by = failure === undefined ? 'Your app' : sideStart(failure.side);
  return {
    ...{ code: status, name: reason === '' ? 'Rejected' : reason, meaning, cause },
    ...{ isReasonBroken: false, tone: 'bad' },
    by: `${by} answered it`,
    how: 'The upgrade was rejected: no WebSocket was opened.',
  };
}
