/** The reference parser is what counts requests in every other test: it must itself refuse. */
import { expect, test } from 'vitest';
import { bytesOf, MessageReader } from '../src/rig/index.ts';

const HEAD = 'POST /p HTTP/1.1\r\nHost: a\r\n';

function read(bytes: string, kind: 'request' | 'response' = 'request', piece = bytes.length) {
  const reader = new MessageReader({ kind });
  for (let at = 0; at < bytes.length; at += piece)
    reader.push(bytesOf(bytes.slice(at, at + piece)));
  return reader;
}

for (const piece of [1, 2, 3, 7, 1_000]) {
  test(`two requests, cut into ${piece}`, () => {
    const bytes = `${HEAD}Content-Length: 3\r\n\r\nabc${HEAD}Transfer-Encoding: chunked\r\n\r\n2\r\nde\r\n0\r\nT: 1\r\n\r\n`;
    const { messages, badness, isBetweenMessages } = read(bytes, 'request', piece);
    expect(badness).toBeUndefined();
    expect(isBetweenMessages).toBe(true);
    expect(messages.map(({ text, isComplete }) => [text, isComplete])).toEqual([
      ['abc', true],
      ['de', true],
    ]);
    expect(messages[1]?.trailers).toEqual(['T', '1']);
    expect(messages[1]?.chunkSizes).toEqual([2, 0]);
  });
}

const refused = [
  `${HEAD}Content-Length: 3\r\nContent-Length: 3\r\n\r\nabc`,
  `${HEAD}Content-Length: 3\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\n`,
  `${HEAD}Content-Length: 03\r\n\r\nabc`,
  `${HEAD}Content-Length: +3\r\n\r\nabc`,
  `${HEAD}Transfer-Encoding: gzip, chunked\r\n\r\n0\r\n\r\n`,
  `${HEAD}Transfer-Encoding: chunked\r\n\r\n1;a=b\r\nZ\r\n0\r\n\r\n`,
  `${HEAD}Transfer-Encoding: chunked\r\n\r\n1\r\nZZ\r\n0\r\n\r\n`,
  `${HEAD}X : 1\r\n\r\n`,
  `${HEAD}X: 1\r\n 2\r\n\r\n`,
  `${HEAD}X: \0\r\n\r\n`,
  `${HEAD}Host: b\r\n\r\n`,
  'GET / HTTP/1.1\r\n\r\n',
  'GET  / HTTP/1.1\r\nHost: a\r\n\r\n',
  'GET / HTTP/1.1\nHost: a\r\n\r\n',
];
for (const bytes of refused) {
  test(`refuses ${JSON.stringify(bytes)}`, () => {
    expect(read(bytes).badness).toBeDefined();
  });
}

test('a response that ends early is aborted, one that the end delimits is whole', () => {
  const short = read('HTTP/1.1 200 OK\r\nContent-Length: 5\r\n\r\nhel', 'response');
  short.finish(true);
  expect(short.messages[0]).toMatchObject({ isComplete: false, isAborted: true });
  const open = read('HTTP/1.1 200 OK\r\n\r\nhel', 'response');
  open.finish(true);
  expect(open.messages[0]).toMatchObject({ isComplete: true, framing: 'close', text: 'hel' });
  const reset = read('HTTP/1.1 200 OK\r\n\r\nhel', 'response');
  reset.finish(false);
  expect(reset.messages[0]).toMatchObject({ isComplete: false, isAborted: true });
});
