/**
 * WebSocket echo over raw sockets with one ready-made frame, so that the load costs little beside
 * what it measures; prints EchoFigures.
 */
import { connect } from 'node:net';
import type { EchoFigures, EchoLoad } from '../loads/echo.ts';
import { quantile } from '../median.ts';
import { readSettings } from './settings.ts';

const PAYLOAD = 64;
/** FIN and binary, masked with zeros, 64 bytes. */
const MESSAGE = Buffer.concat([
  Buffer.from([0x82, 0x80 | PAYLOAD, 0, 0, 0, 0]),
  Buffer.alloc(PAYLOAD),
]);
/** The same, unmasked. */
const ECHO_LENGTH = 2 + PAYLOAD;
const SAMPLES_MAX = 2_000_000;

const { port, hostHeader, connections, seconds } = readSettings<
  EchoLoad & { port: number; hostHeader: string }
>();
const handshake = `GET / HTTP/1.1\r\nHost: ${hostHeader}\r\nConnection: Upgrade\r\nUpgrade: websocket\r\nSec-WebSocket-Version: 13\r\nSec-WebSocket-Key: ${Buffer.alloc(16).toString('base64')}\r\n\r\n`;
/** Milliseconds for all connections to open. */
const openLimit = 2_000 * (1 + seconds);
const latencies: number[] = [];
const starters: (() => void)[] = [];
let messages = 0;
let begin = 0;
let deadline = Number.POSITIVE_INFINITY;
let open = connections;

const patience = setTimeout(() => fail(`${starters.length} of ${connections} opened`), openLimit);
for (let i = 0; i < connections; i++) run();

/** All connections stand before the first message is sent. */
function opened(send: () => void): void {
  starters.push(send);
  if (starters.length < connections) return;
  clearTimeout(patience);
  begin = performance.now();
  deadline = begin + seconds * 1_000;
  for (const start of starters) start();
}

function run(): void {
  const socket = connect(port, '127.0.0.1', () => socket.write(handshake));
  let head = '';
  let isOpen = false;
  let received = 0;
  let sentAt = 0;
  const send = () => {
    sentAt = performance.now();
    socket.write(MESSAGE);
  };
  const onEcho = (bytes: number) => {
    received += bytes;
    if (received < ECHO_LENGTH) return;
    if (received > ECHO_LENGTH) fail('more came back than was sent');
    received = 0;
    messages++;
    const now = performance.now();
    if (latencies.length < SAMPLES_MAX) latencies.push(now - sentAt);
    if (now < deadline) send();
    else socket.destroy();
  };
  socket.setNoDelay(true);
  socket.on('data', (chunk: Buffer) => {
    if (isOpen) {
      onEcho(chunk.length);
      return;
    }
    head += chunk.toString('latin1');
    if (!head.includes('\r\n\r\n')) return;
    if (!head.startsWith('HTTP/1.1 101')) fail(head.slice(0, 40));
    isOpen = true;
    opened(send);
  });
  socket.on('error', (error) => fail(error.message));
  socket.on('end', () => fail('connection ended'));
  socket.on('close', () => {
    if (--open === 0) report();
  });
}

function fail(reason: string): never {
  console.error(`echo failed: ${reason}`);
  process.exit(1);
}

function report(): void {
  const sorted = Float64Array.from(latencies).sort();
  const figures: EchoFigures = {
    messagesPerSecond: messages / ((performance.now() - begin) / 1_000),
    p50: quantile(sorted, 0.5),
    p99: quantile(sorted, 0.99),
  };
  console.log(JSON.stringify(figures));
}
