import type { ExchangeFailure } from '../api/types.ts';

const RESTART = 'Look at the output of your app around this time.';
const VISITOR = 'Nothing is wrong on your side; the program that sent it must be changed.';

/** What the owner of a tunnel can do about it. */
const HINTS: Readonly<Record<string, string>> = {
  SELLIA_UPSTREAM_REFUSED: 'Start your app, or give the tunnel its right port.',
  SELLIA_UPSTREAM_UNREACHABLE: 'Check the address that the tunnel forwards to.',
  SELLIA_UPSTREAM_RESET: `Your app closed the connection without an answer. ${RESTART}`,
  SELLIA_UPSTREAM_TIMEOUT: `Your app did not answer in time. ${RESTART}`,
  SELLIA_UPSTREAM_CONNECT_TIMEOUT: 'Check that your app runs, and that no firewall is in between.',
  SELLIA_UPSTREAM_INVALID:
    'What your app answered is not valid HTTP. Is it another kind of server, or one that wants HTTPS?',
  SELLIA_UPSTREAM_HEAD_TOO_LARGE:
    'Let your app send fewer or shorter headers; cookies grow easily.',
  SELLIA_UPSTREAM_TLS:
    'Start the client with --insecure-upstream to accept the certificate of your app.',
  SELLIA_BODY_LENGTH:
    'A body was shorter or longer than its Content-Length. Look at what sets that header.',
  SELLIA_CANCELLED: 'The visitor left before all was there; often it lost patience.',
  SELLIA_IDLE: 'Nothing moved for too long. Send something now and then, or raise the limit.',
  SELLIA_LINK_LOST: 'The connection to the relay was lost; the client comes back by itself.',
  SELLIA_GOING_AWAY: 'The relay or the client was shut down; it may be sent again.',
  SELLIA_BAD_REQUEST: VISITOR,
  SELLIA_BAD_UPGRADE: VISITOR,
  SELLIA_HEAD_TOO_LARGE: VISITOR,
  SELLIA_UNAUTHORIZED: 'The visitor did not prove that it may come in.',
  SELLIA_TUNNEL_BUSY: 'Too many requests were running in this tunnel; it may be sent again.',
  SELLIA_REQUEST_TIMEOUT: 'The request did not arrive in time; the visitor was slow, or left.',
};

export const HINTED_CODES: readonly string[] = Object.keys(HINTS);

/** One or two sentences; empty where the code says no more than the reason. */
export function failureHint({ code }: ExchangeFailure): string {
  return Object.hasOwn(HINTS, code) ? (HINTS[code] as string) : '';
}

/** Where the code is explained. */
export function docsOf({ code }: ExchangeFailure): string {
  return `docs/errors.md#${code.toLowerCase()}`;
}
