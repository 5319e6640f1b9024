import { SelliaError, type SelliaErrorCode } from '@sellia/client';
import { expect, test } from 'vitest';
import { failureOf } from '../src/failures.ts';

test.each<[SelliaErrorCode, number]>([
  ['SELLIA_INTERNAL', 5],
  ['SELLIA_SERVER_INVALID', 2],
  ['SELLIA_UPSTREAM_TARGET_INVALID', 2],
  ['SELLIA_UNAUTHORIZED', 4],
  ['SELLIA_FORBIDDEN', 4],
  ['SELLIA_RELAY_UNREACHABLE', 5],
  ['SELLIA_RELAY_TIMEOUT', 5],
  ['SELLIA_RELAY_TLS', 5],
  ['SELLIA_RELAY_BUSY', 5],
  ['SELLIA_NOT_A_RELAY', 5],
  ['SELLIA_REDIRECTED', 5],
  ['SELLIA_VERSION', 5],
  ['SELLIA_PROTOCOL', 5],
  ['SELLIA_NAME_TAKEN', 6],
  ['SELLIA_NAME_INVALID', 6],
  ['SELLIA_NAME_RESERVED', 6],
  ['SELLIA_TOO_MANY_TUNNELS', 8],
  ['SELLIA_ABORTED', 130],
])('%s ends the program with %d', (code, exitCode) => {
  const failure = failureOf(new SelliaError(code, 'why', 'what to do'));
  expect(failure).toMatchObject({ code, exitCode, message: 'why', hints: ['what to do'] });
});
