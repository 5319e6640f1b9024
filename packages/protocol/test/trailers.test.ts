import { keepTrailers } from '@sellia/protocol';
import { expect, test } from 'vitest';

test('only fields that mean nothing before the body may follow it', () => {
  const own = ['X-Checksum', 'abc', 'Server-Timing', 'x', 'etag', '"1"'];
  const reserved = [
    ...['Content-Length', 'Transfer-Encoding', 'Host', 'Authorization', 'Content-Type', 'Cookie'],
    ...['X-Forwarded-For', 'Forwarded', 'Set-Cookie', 'Connection', 'TE', 'Trailer', 'Upgrade'],
    ...['X-Sellia-Hop', 'Transfer_Encoding', 'If-Match', 'Cache-Control', 'Content-Encoding'],
  ].flatMap((name) => [name, 'x']);
  expect(keepTrailers([...reserved, ...own])).toEqual(own);
});
