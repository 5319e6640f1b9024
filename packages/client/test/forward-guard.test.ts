import { Socket } from 'node:net';
import { afterEach, describe, expect, it, vi } from 'vitest';
import { Download } from '../src/download.ts';
import type { ExchangeFact } from '../src/exchange-fact.ts';
import { ForwardGuard, type Guarded } from '../src/forward-guard.ts';
import { Http1Exchange } from '../src/http1-exchange.ts';
import { eventually, rigFor } from './rig.ts';

const defect = new Error('a defect');
const broken = (): never => {
  throw defect;
};

const closers: (() => void)[] = [];
afterEach(() => {
  vi.restoreAllMocks();
  for (const close of closers.splice(0)) close();
});

describe('a guard', () => {
  const faults: unknown[] = [];
  const forward: Guarded = {
    onConnected: broken,
    onInterim: broken,
    onResponse: broken,
    onBody: broken,
    onComplete: broken,
    onWritable: broken,
    onSwitch: broken,
    onFailure: broken,
    onDeadline: broken,
    fault: (error) => faults.push(error),
  };
  const guard = new ForwardGuard(forward);
  const socket = new Socket();
  const calls: Record<string, () => void> = {
    onConnected: () => guard.onConnected(false),
    onInterim: () => guard.onInterim(103, 'Early Hints', []),
    onResponse: () => guard.onResponse(200, 'OK', []),
    onBody: () => guard.onBody(new Uint8Array(1)),
    onComplete: () => guard.onComplete([]),
    onWritable: () => guard.onWritable(),
    onSwitch: () => guard.onSwitch(101, '', [], socket, new Uint8Array(0)),
    onFailure: () => guard.onFailure({ code: 'SELLIA_UPSTREAM_RESET', reason: '', isStale: false }),
    onDeadline: () => guard.onDeadline(),
  };

  it.each(Object.keys(calls))('tells what %s throws, and throws nothing itself', (name) => {
    faults.length = 0;
    calls[name]?.();
    expect(faults).toEqual([defect]);
  });

  it('ends a socket that the upstream has given away', () => {
    expect(socket.destroyed).toBe(true);
  });
});

describe('a forward that throws', () => {
  async function faulty(answer: string) {
    const { rig, close } = await rigFor(answer);
    closers.push(close);
    const facts: ExchangeFact[] = [];
    rig.feed.subscribe((fact) => facts.push(fact));
    const asked = await rig.ask().done();
    await eventually(
      () => rig.relay.streamCount + rig.link.streamCount + rig.upstream.sockets === 0,
      'streams and sockets to be gone',
    );
    expect(rig.faults).toEqual([defect]);
    expect(facts.at(-1)).toMatchObject({ type: 'failed', code: 'SELLIA_INTERNAL' });
    return asked;
  }

  it('sends no head of which it does not know whether it is right', async () => {
    vi.spyOn(Download.prototype, 'end').mockImplementation(broken);
    const asked = await faulty('HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\nok');
    expect(asked).toMatchObject({ head: undefined, ended: false });
    expect(asked.reset?.code).toBe('SELLIA_INTERNAL');
  });

  it('takes back an end that has not left', async () => {
    const { end } = Download.prototype;
    vi.spyOn(Download.prototype, 'end').mockImplementation(function (this: Download, trailers) {
      end.call(this, trailers);
      broken();
    });
    const asked = await faulty('HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\n');
    expect(asked.ended).toBe(false);
    expect(asked.reset?.code).toBe('SELLIA_INTERNAL');
  });

  it('is done with even when the upstream cannot be let go', async () => {
    vi.spyOn(Http1Exchange.prototype, 'abort').mockImplementation(broken);
    const { raw, rig, close } = await rigFor((socket) => socket.resetAndDestroy());
    closers.push(close);
    const asked = await rig.ask().done();
    expect(raw.sockets.length).toBe(1);
    expect(asked.reset?.code).toBe('SELLIA_INTERNAL');
    expect(rig.faults).toEqual([defect]);
    await eventually(() => rig.link.streamCount === 0, 'the stream to be gone');
  });
});
