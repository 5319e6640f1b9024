import { expect, test } from 'vitest';
import { parseWrk } from '../src/loads/wrk.ts';

const CLEAN = `Running 3s test @ http://127.0.0.1:8080/
  1 threads and 50 connections
  Thread Stats   Avg      Stdev     Max   +/- Stdev
    Latency     1.38ms  612.45us  11.02ms   91.20%
    Req/Sec    36.91k     2.10k   39.80k    74.19%
  Latency Distribution
     50%  850.00us
     75%    1.45ms
     90%    1.88ms
     99%    3.61ms
  113811 requests in 3.10s, 17.69MB read
Requests/sec:  36712.41
Transfer/sec:      5.71MB
`;

test('rate, p50 and p99 in one unit each', () => {
  const figures = parseWrk(CLEAN);
  expect(figures.requests).toBe(113_811);
  expect(figures.requestsPerSecond).toBeCloseTo(36_713, 0);
  expect(figures.p50).toBeCloseTo(0.85);
  expect(figures.p99).toBeCloseTo(3.61);
  expect(figures.failures).toBe(0);
});

test('seconds, and minutes', () => {
  expect(parseWrk(CLEAN.replace('3.61ms', '1.20s')).p99).toBe(1_200);
  expect(parseWrk(CLEAN.replace('3.10s', '1.50m')).requestsPerSecond).toBeCloseTo(1_264.6, 1);
});

test('failures of both kinds are added up', () => {
  const broken = CLEAN.replace(
    'Requests/sec',
    '  Socket errors: connect 1, read 20, write 300, timeout 4000\n  Non-2xx or 3xx responses: 50000\nRequests/sec',
  );
  expect(parseWrk(broken).failures).toBe(54_321);
});

test('anything else is refused with its beginning', () => {
  expect(() => parseWrk('unable to connect to 127.0.0.1:1')).toThrow('unable to connect');
});
