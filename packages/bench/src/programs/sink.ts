/** The upstream of uploads: counts the body and answers with the number of bytes. */
import { createServer } from 'node:http';
import { announce } from './announce.ts';

const server = createServer((request, response) => {
  let received = 0;
  request.on('data', (chunk: Buffer) => {
    received += chunk.length;
  });
  request.on('end', () => {
    const body = String(received);
    response.writeHead(200, { 'content-length': body.length });
    response.end(body);
  });
});
server.requestTimeout = 0;
announce(server);
