import { type IncomingMessage, request } from 'node:http';
import { connect } from 'node:net';
import { WebSocket } from 'ws';

/** What a visitor of a public URL got. `NAME.localhost` need not resolve on this machine. */
interface Answer {
  readonly status: number;
  readonly text: string;
}

export function visit(publicUrl: string, path = '/'): Promise<Answer> {
  const { host, port } = new URL(publicUrl);
  return new Promise((resolve, reject) => {
    const options = { host: '127.0.0.1', port, path, headers: { host }, agent: false };
    const onResponse = async (response: IncomingMessage): Promise<void> => {
      let text = '';
      for await (const chunk of response.setEncoding('utf8')) text += chunk;
      resolve({ status: response.statusCode ?? 0, text });
    };
    request(options, (response) => void onResponse(response).catch(reject))
      .on('error', reject)
      .end();
  });
}

/** Bytes as they are: what no HTTP library would send. Settles when the other side has closed. */
export function sendRaw(publicUrl: string, bytes: string): Promise<string> {
  const { port } = new URL(publicUrl);
  return new Promise((resolve, reject) => {
    let text = '';
    const socket = connect({ host: '127.0.0.1', port: Number(port) });
    socket.on('data', (chunk) => {
      text += chunk.toString('latin1');
    });
    socket.on('close', () => resolve(text)).on('error', reject);
    socket.write(Buffer.from(bytes, 'latin1'));
  });
}

/** One message there and back, then a clean close. */
export function echo(publicUrl: string, path: string, message: string): Promise<string> {
  const { host, port } = new URL(publicUrl);
  const socket = new WebSocket(`ws://127.0.0.1:${port}${path}`, { headers: { host } });
  return new Promise((resolve, reject) => {
    let answer = '';
    socket.on('open', () => socket.send(message));
    socket.on('message', (data) => {
      answer = data.toString();
      socket.close(1000);
    });
    socket.on('close', () => resolve(answer));
    socket.on('error', reject);
  });
}
