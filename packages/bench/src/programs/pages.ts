/** The upstream where there is no nginx: 13 bytes at `/`, that many zeros at `/files/BYTES`. */
import { createServer, type ServerResponse } from 'node:http';
import { announce } from './announce.ts';

const HELLO = 'Hello, world!';
const BLOCK = Buffer.alloc(64 * 1024);

const server = createServer((request, response) => {
  const bytes = Number(request.url?.match(/^\/files\/(\d+)$/)?.[1] ?? Number.NaN);
  if (Number.isNaN(bytes)) {
    response.writeHead(200, { 'content-type': 'text/plain', 'content-length': HELLO.length });
    response.end(HELLO);
  } else {
    response.writeHead(200, { 'content-length': bytes });
    pour(response, bytes);
  }
});

function pour(response: ServerResponse, bytes: number): void {
  let left = bytes;
  const write = () => {
    while (left > 0 && !response.destroyed) {
      const chunk = left < BLOCK.length ? BLOCK.subarray(0, left) : BLOCK;
      left -= chunk.length;
      if (!response.write(chunk)) return;
    }
    response.end();
  };
  response.on('drain', write);
  write();
}

announce(server);
