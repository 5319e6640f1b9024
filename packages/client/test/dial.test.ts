import { systemClock } from '@sellia/session';
import { afterEach, expect, it } from 'vitest';
import { dialRelay } from '../src/dial.ts';
import type { SelliaError } from '../src/errors.ts';
import { guarded, RawUpstream } from './rig.ts';

const closers: (() => unknown)[] = [];
afterEach(() => {
  for (const close of closers.splice(0)) close();
});

/** What dialing fails with at a server that answers `status` with `lines`. */
async function failureAt(status: number, lines: string): Promise<SelliaError> {
  const raw = new RawUpstream((socket) =>
    socket.end(`HTTP/1.1 ${status} X\r\n${lines}Content-Length: 0\r\nConnection: close\r\n\r\n`),
  );
  closers.push(() => raw.close());
  const server = `http://127.0.0.1:${await raw.listen()}`;
  const options = { apiKey: undefined, ca: undefined, clock: systemClock, timeoutMs: 5_000 };
  const { signal } = new AbortController();
  return guarded(
    dialRelay({ server, ...options, signal }).then(
      () => Promise.reject(new Error('it was accepted')),
      (error: SelliaError) => error,
    ),
    'a failure',
  );
}

it.each([
  ['Retry-After: 7\r\n', 7_000],
  ['Retry-After: 0\r\n', 0],
  ['', 0],
  ['Retry-After: -5\r\n', 0],
  ['Retry-After: 1e9\r\n', 0],
  ['Retry-After: 99999999999999999999\r\n', 0],
  ['Retry-After: Wed, 21 Oct 2026 07:28:00 GMT\r\n', 0],
])('a busy relay that says %j asks for %d ms', async (lines, retryAfterMs) => {
  expect(await failureAt(503, lines)).toMatchObject({ code: 'SELLIA_RELAY_BUSY', retryAfterMs });
});

it('only a busy relay asks for time', async () => {
  expect(await failureAt(401, 'Retry-After: 7\r\n')).toMatchObject({
    code: 'SELLIA_UNAUTHORIZED',
    retryAfterMs: 0,
  });
});
