/** Downloads or uploads over raw sockets; prints BulkFigures. Fails unless every byte arrived. */
import { connect, type Socket } from 'node:net';
import { setPriority } from 'node:os';
import type { BulkFigures, BulkLoad } from '../loads/bulk.ts';
import { ResponseReader } from './response-reader.ts';
import { readSettings } from './settings.ts';

const BLOCK = Buffer.alloc(64 * 1024);
const LIMIT_SECONDS = 60;

const settings = readSettings<BulkLoad & { port: number; hostHeader: string }>();
const { bytes, connections, direction, path, port, times } = settings;
const upload = direction === 'upload';
const head = Buffer.from(
  `${upload ? 'POST' : 'GET'} ${path} HTTP/1.1\r\nHost: ${settings.hostHeader}\r\n${
    upload ? `Content-Length: ${bytes}\r\n` : ''
  }\r\n`,
);
const begin = performance.now();
const deadline = begin + 1_000 * (settings.seconds ?? LIMIT_SECONDS);
let transferred = 0;
let open = connections;

if (settings.niceness !== undefined) setPriority(settings.niceness);

for (let i = 0; i < connections; i++) run();

function run(): void {
  let left = times;
  const next = () => {
    if (left-- === 0 || performance.now() >= deadline) socket.destroy();
    else send(socket);
  };
  const reader = new ResponseReader(() => {
    if (reader.status !== 200) fail(`status ${reader.status}`);
    if (!upload && reader.bodyBytes !== bytes) fail(`${reader.bodyBytes} bytes of ${bytes}`);
    reader.bodyBytes = 0;
    transferred += bytes;
    next();
  });
  // One buffer for all reads: the load itself shall cost as little as it can.
  const onread = {
    buffer: Buffer.alloc(256 * 1024),
    callback: (length: number, buffer: Uint8Array) => {
      reader.push((buffer as Buffer).subarray(0, length));
      return true;
    },
  };
  const socket = connect({ port, host: '127.0.0.1', onread });
  socket.once('connect', next);
  socket.once('error', (error) => fail(error.message));
  socket.once('end', () => fail('cut short'));
  socket.once('close', () => {
    if (--open === 0) report();
  });
}

function send(socket: Socket): void {
  socket.write(head);
  let left = upload ? bytes : 0;
  const pour = () => {
    while (left > 0) {
      const chunk = left < BLOCK.length ? BLOCK.subarray(0, left) : BLOCK;
      left -= chunk.length;
      if (!socket.write(chunk)) {
        socket.once('drain', pour);
        return;
      }
    }
  };
  pour();
}

function fail(reason: string): never {
  console.error(`${direction} failed: ${reason}`);
  process.exit(1);
}

function report(): void {
  const figures: BulkFigures = { bytes: transferred, seconds: (performance.now() - begin) / 1_000 };
  console.log(JSON.stringify(figures));
}
