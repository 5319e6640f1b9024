/**
 * 2.K and 2.M where a process is meant: the two programs are killed, stopped, restarted and asked to
 * end. M01 and M07 are in relay-drain.test.ts, M04 and M05 in
 * apps/relay/test/program.test.ts, M06 in relay-handover.test.ts.
 */
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as passed } from 'node:timers/promises';
import { afterAll, describe, expect, onTestFinished, test } from 'vitest';
import { type MixedExchange, visitMixed } from '../src/faults/mixed-visitors.ts';
import { quietPort } from '../src/faults/quiet-port.ts';
import {
  CLIENT,
  clientProgram,
  HandlerOrigin,
  type ProcessRig,
  type ProcessRigOptions,
  Program,
  RELAY,
  startProcessRig,
  startRelayProgram,
  Visitor,
} from '../src/rig/index.ts';
import { MixedServer } from '../src/servers/mixed.ts';

const hasSignals = process.platform !== 'win32';

const folders: string[] = [];
afterAll(() => {
  for (const folder of folders) rmSync(folder, { recursive: true, force: true });
});

/** A state folder that outlives the programs. */
function stateFolder(): Readonly<Record<string, string>> {
  const folder = mkdtempSync(join(tmpdir(), 'sellia-kept-'));
  folders.push(folder);
  return { SELLIA_STATE_DIR: folder };
}

async function started(options: ProcessRigOptions): Promise<ProcessRig> {
  const rig = await startProcessRig(options);
  onTestFinished(() => rig.close());
  return rig;
}

function stopAtEnd(program: Program): Program {
  onTestFinished(() => program.stop());
  return program;
}

describe.skipIf(!hasSignals)('a client that is killed', () => {
  /** A download by length, one by chunks, and an upload whose head is still awaited, all half way. */
  async function begun(rig: ProcessRig): Promise<{ downloads: Visitor[]; upload: Visitor }> {
    rig.origin.script = (exchange) => {
      const { target } = exchange.request;
      if (target === '/length') exchange.send('HTTP/1.1 200 OK\r\nContent-Length: 10\r\n\r\nhello');
      if (target === '/chunked') {
        exchange.send('HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n5\r\nhello\r\n');
      }
    };
    const downloads = await Promise.all(
      ['/length', '/chunked'].map((target) =>
        rig.send(`GET ${target} HTTP/1.1\r\n${rig.hostLine}\r\n`),
      ),
    );
    for (const visitor of downloads) {
      await visitor.when(() => visitor.messages[0]?.text === 'hello', 'the first half');
    }
    const upload = await rig.send(
      `POST /upload HTTP/1.1\r\n${rig.hostLine}Content-Length: 10\r\n\r\nhello`,
    );
    await rig.origin.when(
      () => rig.origin.exchanges.some(({ request }) => request.text === 'hello'),
      'the upload',
    );
    return { downloads, upload };
  }

  /** Never a clean end; whoever waits for a head gets a 502. */
  async function expectCut({ downloads, upload }: Awaited<ReturnType<typeof begun>>) {
    expect((await upload.response()).status).toBe(502);
    for (const visitor of downloads) {
      await visitor.closed();
      const [response] = visitor.messages;
      expect([response?.isComplete, response?.isAborted]).toEqual([false, true]);
    }
  }

  test('K01 K02 its streams end at the end of the grace time, and not before', async () => {
    const rig = await started({ relayArguments: ['--resume-grace', '2s'] });
    const visits = await begun(rig);
    rig.client.child.kill('SIGKILL');
    const killedAt = performance.now();
    await rig.relay.said(/client away/);
    await passed(1_000);
    expect(visits.downloads.map(({ ended }) => ended)).toEqual([undefined, undefined]);
    await expectCut(visits);
    const tookMs = performance.now() - killedAt;
    expect([tookMs > 1_900, tookMs < 4_000]).toEqual([true, true]);
  });

  test('K01 K02 ... or at once when it attaches with a fresh session', async () => {
    const environment = stateFolder();
    const rig = await started({ environment });
    const visits = await begun(rig);
    rig.client.child.kill('SIGKILL');
    await rig.relay.said(/client away/);
    const again = stopAtEnd(
      clientProgram(
        `http://127.0.0.1:${rig.port}`,
        rig.origin.url,
        ['--subdomain', 'one'],
        environment,
      ),
    );
    await again.said(/http:\/\/one\.test/);
    const attachedAt = performance.now();
    await expectCut(visits);
    expect(performance.now() - attachedAt).toBeLessThan(1_000);
    await rig.canary();
  });

  test('K01 K02 ... or within a second where there is no grace time', async () => {
    const rig = await started({ relayArguments: ['--resume-grace', '0'] });
    const visits = await begun(rig);
    rig.client.child.kill('SIGKILL');
    const killedAt = performance.now();
    await expectCut(visits);
    expect(performance.now() - killedAt).toBeLessThan(1_000);
  });
});

describe.skipIf(!hasSignals).concurrent('a program that is not there for a while', () => {
  test('K04 the relay, restarted in place five times: the same URL, service within 3 s', async () => {
    const origin = new HandlerOrigin((_request, response) => response.end('served'));
    await origin.listen();
    const port = await quietPort();
    const environment = stateFolder();
    const start = () => startRelayProgram(port, ['--domain', 'test'], environment);
    let relay = await start();
    const client = clientProgram(`http://127.0.0.1:${port}`, origin.url, [], environment);
    try {
      const [, host = ''] = await client.said(/^http:\/\/([a-z0-9]+\.test):/m);
      for (let restart = 0; restart < 5; restart++) {
        // A link that does not last a second counts as an outage that goes on.
        await passed(1_100);
        relay.child.kill(restart % 2 === 0 ? 'SIGKILL' : 'SIGTERM');
        await relay.ended();
        relay = await start();
        const listenedAt = performance.now();
        const visitor = await Visitor.open({ port });
        visitor.send(`GET / HTTP/1.1\r\nHost: ${host}\r\n\r\n`);
        const { status, text } = await visitor.response();
        visitor.destroy();
        expect([status, text]).toEqual([200, 'served']);
        expect(performance.now() - listenedAt).toBeLessThan(3_000);
      }
      expect(client.stdout.trim().split('\n')).toEqual([`http://${host}:${port}`]);
    } finally {
      await client.stop();
      await relay.stop();
      await origin.close();
    }
  });

  const KINDS = ['download', 'upload', 'events', 'websocket', 'late'] as const;

  /** Runs mixed exchanges over the stop; the milliseconds from SIGCONT to a new request's answer. */
  async function outlived(
    rig: ProcessRig,
    program: Program,
    stopMs: number,
  ): Promise<{ answerMs: number; failures: string[] }> {
    const at = { port: rig.port, host: rig.host };
    const exchanges = Array.from(
      { length: 15 },
      (_, id): MixedExchange => ({
        kind: KINDS[id % KINDS.length] as MixedExchange['kind'],
        id,
        steps: 20,
        pauseMs: 100,
      }),
    );
    const visits = Promise.allSettled(exchanges.map((exchange) => visitMixed(at, exchange)));
    await passed(500);
    program.child.kill('SIGSTOP');
    await passed(stopMs);
    program.child.kill('SIGCONT');
    const wokenAt = performance.now();
    await visitMixed(at, { kind: 'late', id: 100, steps: 1, pauseMs: 1 });
    const answerMs = performance.now() - wokenAt;
    const outcomes = await visits;
    const failures = outcomes.flatMap((outcome, i) =>
      outcome.status === 'fulfilled' ? [] : [`${exchanges[i]?.kind}: ${outcome.reason}`],
    );
    return { answerMs, failures };
  }

  // Past the 9.5 s after which a silent peer counts as lost; packages/session has shorter stops.
  test.concurrent.each(['client', 'relay'] as const)(
    'K14 the %s, stopped for 20 s: streams go on',
    async (which) => {
      const server = await MixedServer.start();
      const rig = await startProcessRig({ upstream: { url: server.url } });
      try {
        const { answerMs, failures } = await outlived(rig, rig[which], 20_000);
        expect(failures).toEqual([]);
        expect(answerMs).toBeLessThan(5_000);
        expect(rig.relay.stderr).toContain('client back');
        expect([...server.asked.values()].every((count) => count === 1)).toBe(true);
        rig.assertHealthy();
      } finally {
        await rig.close();
        await server.close();
      }
    },
  );
});

describe.skipIf(process.platform !== 'linux')('K25 a program that cannot write', () => {
  test('what it prints is lost, which the other way out says; traffic goes on', async () => {
    const port = await quietPort();
    const where = ['--host', '127.0.0.1', '--port', String(port), '--domain', 'test'];
    const relay = stopAtEnd(new Program(RELAY, where, {}, 'stderr'));
    await relay.said(/stderr cannot be written \(ENOSPC\)/);
    const upstream = new HandlerOrigin((_request, response) => response.end('here'));
    await upstream.listen();
    onTestFinished(() => upstream.close());
    const server = `http://127.0.0.1:${port}`;
    const args = ['http', upstream.url, '--server', server, '--no-inspector'];
    const named = [...args, '--subdomain', 'one', '--json'];
    const client = stopAtEnd(new Program(CLIENT, named, {}, 'stdout'));
    await client.said(/stdout cannot be written \(ENOSPC\)/);
    const ask = async () => {
      const visitor = await Visitor.open({ port });
      visitor.send('GET / HTTP/1.1\r\nHost: one.test\r\n\r\n');
      const { text } = await visitor.response();
      visitor.destroy();
      return text;
    };
    // Neither program can say that the tunnel is there.
    await expect.poll(ask, { timeout: 10_000 }).toBe('here');
    for (let i = 0; i < 3; i++) expect(await ask()).toBe('here');
    expect([relay.exit, client.exit]).toEqual([undefined, undefined]);
  });

  test('names that cannot be kept are told, and served', async () => {
    const nowhere = { SELLIA_STATE_DIR: '/dev/null/none' };
    const rig = await started({ environment: nowhere });
    await rig.relay.said(/\/dev\/null\/none/);
    await rig.client.said(/names are not remembered: \/dev\/null\/none/);
    await rig.canary();
  });
});

describe.skipIf(!hasSignals)('a relay that is asked to end', () => {
  test('M02 of 1,000 connections the idle ones end, the busy ones behind their answer', async () => {
    const rig = await started({});
    const get = `GET / HTTP/1.1\r\n${rig.hostLine}\r\n`;
    const visitors = await Promise.all(Array.from({ length: 1_000 }, () => rig.send(get)));
    for (const visitor of visitors) await visitor.response(20_000);
    const busy = visitors.filter((_, i) => i % 2 === 0);
    rig.origin.forget();
    rig.origin.script = () => {};
    for (const visitor of busy) visitor.send(get);
    await rig.origin.when(() => rig.origin.exchanges.length === busy.length, 'all', 20_000);
    rig.relay.child.kill('SIGTERM');
    for (const visitor of visitors) {
      if (!busy.includes(visitor)) expect(await visitor.closed()).toBe('fin');
    }
    expect(busy.every(({ isOpen }) => isOpen)).toBe(true);
    for (const exchange of rig.origin.exchanges) {
      exchange.send('HTTP/1.1 200 OK\r\nContent-Length: 4\r\n\r\nlast');
    }
    for (const visitor of busy) {
      const [, second] = await visitor.responses(2, 20_000);
      expect([second?.text, second?.value('connection')]).toEqual(['last', 'close']);
      expect(await visitor.closed()).toBe('fin');
    }
    expect(await rig.relay.ended()).toEqual({ code: 0, signal: null });
  });
});

describe.skipIf(!hasSignals)('a client that is asked to end', () => {
  test('M08 finishes what it has; its name is free at once, and is held when it is killed', async () => {
    const rig = await started({});
    rig.origin.script = (exchange) =>
      exchange.send('HTTP/1.1 200 OK\r\nContent-Length: 10\r\n\r\nhello');
    const visitor = await rig.send(`GET / HTTP/1.1\r\n${rig.hostLine}\r\n`);
    await visitor.when(() => visitor.messages[0]?.text === 'hello', 'the first half');
    rig.client.child.kill('SIGINT');
    await rig.client.said(/draining/);
    const stranger = () =>
      stopAtEnd(
        clientProgram(`http://127.0.0.1:${rig.port}`, rig.origin.url, ['--subdomain', 'one']),
      );
    const second = stranger();
    await second.said(/http:\/\/one\.test/);
    expect(rig.client.exit).toBeUndefined();
    (await rig.origin.exchange()).send('world');
    expect((await visitor.response()).text).toBe('helloworld');
    expect(await rig.client.ended()).toEqual({ code: 0, signal: null });
    second.child.kill('SIGKILL');
    const third = stranger();
    await third.ended();
    expect(third.stderr).toContain('SELLIA_NAME_TAKEN');
  });
});
