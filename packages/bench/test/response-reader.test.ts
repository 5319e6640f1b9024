import { expect, test } from 'vitest';
import { ResponseReader } from '../src/programs/response-reader.ts';

const RESPONSES = Buffer.from(
  'HTTP/1.1 200 OK\r\nContent-Length: 5\r\n\r\nhello' +
    'HTTP/1.1 404 Not Found\r\nX: y\r\ncontent-length:0\r\n\r\n' +
    'HTTP/1.1 200 OK\r\nContent-Length: 3\r\n\r\nbye',
);

test('responses are counted however their bytes are cut', () => {
  for (let cut = 1; cut < RESPONSES.length; cut++) {
    const seen: string[] = [];
    const reader = new ResponseReader(() => seen.push(`${reader.status} ${reader.bodyBytes}`));
    for (let at = 0; at < RESPONSES.length; at += cut)
      reader.push(RESPONSES.subarray(at, at + cut));
    expect(seen).toEqual(['200 5', '404 5', '200 8']);
  }
});

test('a response of unknown length is refused', () => {
  const reader = new ResponseReader(() => {});
  const chunked = 'HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n';
  expect(() => reader.push(Buffer.from(chunked))).toThrow('without Content-Length');
});
