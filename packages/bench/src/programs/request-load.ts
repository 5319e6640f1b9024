/** Small requests over kept-alive raw sockets, one at a time on each; prints RequestFigures. */
import { connect, type Socket } from 'node:net';
import type { RequestFigures, RequestLoad } from '../loads/requests.ts';
import { quantile } from '../median.ts';
import { ResponseReader } from './response-reader.ts';
import { readSettings } from './settings.ts';

/** Latencies kept; more are counted only. */
const SAMPLES_MAX = 2_000_000;

const { port, hostHeader, connections, seconds, gapMs } = readSettings<
  RequestLoad & { port: number; hostHeader: string }
>();
const request = Buffer.from(`GET / HTTP/1.1\r\nHost: ${hostHeader}\r\n\r\n`);
const latencies: number[] = [];
const begin = performance.now();
const deadline = begin + seconds * 1_000;
let requests = 0;
let failures = 0;
let open = connections;

for (let i = 0; i < connections; i++) run(connect(port, '127.0.0.1'));

function run(socket: Socket): void {
  let sentAt = 0;
  const send = () => {
    if (performance.now() >= deadline) {
      socket.destroy();
      return;
    }
    sentAt = performance.now();
    socket.write(request);
  };
  const reader = new ResponseReader(() => {
    requests++;
    if (latencies.length < SAMPLES_MAX) latencies.push(performance.now() - sentAt);
    if (reader.status !== 200) failures++;
    if (gapMs === undefined) send();
    else setTimeout(send, gapMs);
  });
  socket.setNoDelay(true);
  socket.on('connect', send);
  socket.on('data', (chunk) => reader.push(chunk));
  socket.on('error', () => failures++);
  socket.on('end', () => failures++);
  socket.on('close', () => {
    if (--open === 0) report();
  });
}

function report(): void {
  const sorted = Float64Array.from(latencies).sort();
  const elapsed = (performance.now() - begin) / 1_000;
  const figures: RequestFigures = {
    requests,
    requestsPerSecond: requests / elapsed,
    p50: quantile(sorted, 0.5),
    p99: quantile(sorted, 0.99),
    failures,
  };
  console.log(JSON.stringify(figures));
}
