import { createServer } from 'node:http';
import type { AddressInfo, Socket } from 'node:net';
import { type WebSocket, WebSocketServer } from 'ws';
import type { EchoServer } from './python-echo.ts';

const LARGEST = 64 * 1024 * 1024;

/** WebSocket echo server on `ws`, speaking as python-echo.py does: same paths, same answers. */
export async function startWsEcho(): Promise<EchoServer> {
  const server = createServer((_request, response) => response.writeHead(404).end());
  const connections = new Set<Socket>();
  const upgrading = new WebSocketServer({
    noServer: true,
    perMessageDeflate: true,
    maxPayload: LARGEST,
    handleProtocols: (offered) => (offered.has('sellia-second') ? 'sellia-second' : false),
  });
  server.on('connection', (socket) => connections.add(socket));
  server.on('upgrade', (request, socket, head) => {
    const path = request.url ?? '/';
    if (path === '/refused') {
      const lines = 'HTTP/1.1 403 Forbidden\r\nX-Why: not you\r\nContent-Length: 14\r\n';
      socket.end(`${lines}Connection: close\r\n\r\nrefused by ws\n`);
      return;
    }
    upgrading.handleUpgrade(request, socket, head, (accepted) => answer(accepted, path));
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  return {
    port: (server.address() as AddressInfo).port,
    async close() {
      for (const connection of connections) connection.destroy();
      await new Promise((resolve) => server.close(resolve));
    },
  };
}

function answer(socket: WebSocket, path: string): void {
  if (path.startsWith('/close/')) {
    const [code, reason = ''] = path.slice('/close/'.length).split('/');
    socket.close(Number(code), decodeURIComponent(reason));
    return;
  }
  if (path === '/greeting') socket.send('greeting');
  socket.on('message', (message: Buffer, binary: boolean) => {
    if (path === '/fragments' && message.length >= 3) sendInThree(socket, message, binary);
    else socket.send(message, { binary });
  });
}

function sendInThree(socket: WebSocket, message: Buffer, binary: boolean): void {
  const third = Math.floor(message.length / 3);
  socket.send(message.subarray(0, third), { binary, fin: false });
  socket.send(message.subarray(third, 2 * third), { binary, fin: false });
  socket.send(message.subarray(2 * third), { binary, fin: true });
}
