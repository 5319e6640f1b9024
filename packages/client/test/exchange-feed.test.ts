import { readFileSync } from 'node:fs';
import { afterEach, describe, expect, it } from 'vitest';
import type { ExchangeFact } from '../src/exchange-fact.ts';
import { eventually, rigFor } from './rig.ts';

const OK = 'HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\nok';
const closers: (() => void)[] = [];
afterEach(() => {
  for (const close of closers.splice(0)) close();
});

async function listenedRig(...options: Parameters<typeof rigFor>) {
  const { raw, rig, close } = await rigFor(...options);
  closers.push(close);
  const facts: ExchangeFact[] = [];
  const stop = rig.feed.subscribe((fact) => facts.push(fact));
  return { raw, rig, facts, stop };
}

/** A fact without what differs from run to run. */
function plain(fact: ExchangeFact): Record<string, unknown> {
  const { at, ...rest } = fact as ExchangeFact & Record<string, unknown>;
  expect(Math.abs(Date.now() - at)).toBeLessThan(60_000);
  if ('durationMs' in rest) expect(rest.durationMs).toBeGreaterThanOrEqual(0);
  if ('chunk' in rest) rest.chunk = Buffer.from(rest.chunk as Uint8Array).toString();
  delete rest.durationMs;
  delete rest.times;
  delete rest.opening;
  delete rest.text;
  return rest;
}

describe('the feed', () => {
  it('tells an exchange in order, numbered', async () => {
    const { rig, facts } = await listenedRig((socket, text) => {
      if (!text.includes('hi')) return;
      socket.write(
        'HTTP/1.1 201 Made\r\nTransfer-Encoding: chunked\r\n\r\n2\r\nok\r\n0\r\nX: y\r\n\r\n',
      );
    });
    const asked = rig.ask({ method: 'POST', target: '/a', headers: ['Host', 't'], ended: false });
    asked.stream?.write(Buffer.from('hi'));
    asked.stream?.end();
    await asked.done();
    expect(facts.map(plain)).toEqual([
      {
        fact: 1,
        exchange: 1,
        type: 'opened',
        kind: 'http',
        method: 'POST',
        target: '/a',
        headers: ['Host', 't'],
      },
      { fact: 2, exchange: 1, type: 'bodyChunk', direction: 'request', chunk: 'hi' },
      {
        fact: 3,
        exchange: 1,
        type: 'responseHead',
        status: 201,
        reason: 'Made',
        headers: [],
      },
      { fact: 4, exchange: 1, type: 'bodyChunk', direction: 'response', chunk: 'ok' },
      { fact: 5, exchange: 1, type: 'trailers', direction: 'response', headers: ['X', 'y'] },
      { fact: 6, exchange: 1, type: 'closed', requestBytes: 2, responseBytes: 2 },
    ]);
  });

  it('tells when the request had a connection, was sent, and was answered', async () => {
    const { rig, facts } = await listenedRig((socket, text) => {
      if (text.includes('\r\n\r\n') && !text.startsWith('POST')) socket.write(OK);
      if (text.includes('hi')) socket.write(OK);
    });
    await rig.ask().done();
    const asked = rig.ask({ method: 'POST', headers: ['Host', 't'], ended: false });
    asked.stream?.write(Buffer.from('hi'));
    asked.stream?.end();
    await asked.done();
    const ends = facts.filter((fact) => fact.type === 'closed');
    expect(ends.map(({ times }) => times?.isReused)).toEqual([false, true]);
    for (const { times, durationMs } of ends) {
      const { connectMs = -1, requestSentMs = -1, firstByteMs = -1 } = times ?? {};
      const order = [0, connectMs, requestSentMs, firstByteMs, durationMs];
      expect(order.toSorted((a, b) => a - b)).toEqual(order);
    }
  });

  it('tells what has not been as -1', async () => {
    const { rig, facts } = await listenedRig((socket) => socket.end());
    await rig.ask().done();
    const end = facts.at(-1);
    expect(end).toMatchObject({ type: 'failed', times: { isReused: false, firstByteMs: -1 } });
    expect(end?.type === 'failed' && (end.times?.requestSentMs ?? -1)).toBeGreaterThanOrEqual(0);
  });

  it('tells how an exchange failed, once', async () => {
    const { rig, facts } = await listenedRig((socket) => socket.end());
    await rig.ask().done();
    expect(facts.at(-1)).toMatchObject({ type: 'failed', code: 'SELLIA_UPSTREAM_RESET' });
    expect(facts.filter(({ type }) => type === 'failed' || type === 'closed').length).toBe(1);
  });

  it('tells what the relay reports', async () => {
    const ok = 'HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\nok';
    const { rig, facts } = await listenedRig(ok, { reports: true });
    const asked = await rig.ask().done();
    const stream = asked.stream?.id ?? 0;
    const report = { stream, status: 200, code: '', firstByteMs: 1, totalMs: 2 };
    rig.relay.sendControl({ type: 'exchange.report', ...report });
    rig.relay.sendControl({ type: 'exchange.report', ...report });
    const refusal = { tunnel: 1, status: 429, code: 'X', method: 'GET', target: '/' };
    rig.relay.sendControl({ type: 'exchange.refused', ...refusal });
    await eventually(() => facts.at(-1)?.type === 'refused', 'the refusal');
    expect(facts.slice(-2)).toMatchObject([
      { type: 'reported', exchange: 1, report },
      { type: 'refused', exchange: 0, refusal },
    ]);
  });

  it('drops a subscriber that throws, tells of it, and goes on', async () => {
    const { rig, facts } = await listenedRig('HTTP/1.1 204 None\r\n\r\n');
    const defect = new Error('a defect');
    let calls = 0;
    rig.feed.subscribe(() => {
      calls++;
      throw defect;
    });
    await rig.ask().done();
    expect(calls).toBe(1);
    expect(rig.faults).toEqual([defect]);
    expect(facts.at(-1)?.type).toBe('closed');
  });

  it('tells nothing of exchanges that began before, or to whom has left', async () => {
    const { rig, facts, stop } = await listenedRig('HTTP/1.1 204 None\r\n\r\n');
    stop();
    expect(rig.feed.hasSubscribers).toBe(false);
    await rig.ask().done();
    expect(facts).toEqual([]);
  });
});

describe('the package', () => {
  it('calls itself by its version', () => {
    const read = (path: string) => readFileSync(new URL(path, import.meta.url), 'utf8');
    const { version } = JSON.parse(read('../package.json')) as { version: string };
    expect(read('../src/connect.ts')).toContain(`'sellia-client/${version}'`);
  });
});
