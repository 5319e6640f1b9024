/** The upstream of WebSockets: sends every message back. Answers a plain GET, too. */
import { createServer } from 'node:http';
import { WebSocketServer } from 'ws';
import { announce } from './announce.ts';

const server = createServer((_request, response) => response.end('echo'));
const sockets = new WebSocketServer({ server, perMessageDeflate: false });
sockets.on('connection', (socket) => {
  socket.on('message', (message, binary) => socket.send(message, { binary }));
  socket.on('error', () => socket.terminate());
});
announce(server);
