import { mkdtempSync, rmSync } from 'node:fs';
import { createServer, get, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { Program } from '../src/rig/process-rig.ts';
import { eventually } from '../src/rig/watch.ts';

/** The real programs; the relay is ended in one way or another and started again in its place. */

const RELAY = new URL('../../../apps/relay/src/main.ts', import.meta.url);
const CLIENT = new URL('../../../apps/sellia/src/main.ts', import.meta.url);

let state: string;
let upstream: Server;
const programs: Program[] = [];

beforeEach(async () => {
  state = mkdtempSync(join(tmpdir(), 'sellia-restart-'));
  upstream = createServer((_request, response) => response.end('hello'));
  await new Promise<void>((resolve) => upstream.listen(0, '127.0.0.1', resolve));
});

afterEach(async () => {
  for (const program of programs.splice(0)) await program.stop();
  upstream.closeAllConnections();
  await new Promise((resolve) => upstream.close(resolve));
  rmSync(state, { recursive: true });
});

function start(file: URL, args: string[], environment: Record<string, string> = {}): Program {
  const program = new Program(file, args, environment);
  programs.push(program);
  return program;
}

async function startRelay(port: string): Promise<[Program, string]> {
  const args = ['--host', '127.0.0.1', '--port', port, '--domain', 'test', '--state-dir', state];
  const relay = start(RELAY, args);
  const [, at = ''] = await relay.said(/http:\/\/127\.0\.0\.1:(\d+)/);
  return [relay, at];
}

/** A client of a random name, and its host. */
async function startClient(relayPort: string): Promise<string> {
  const { port } = upstream.address() as AddressInfo;
  const server = `http://127.0.0.1:${relayPort}`;
  const upstreamUrl = `http://127.0.0.1:${port}`;
  const client = start(CLIENT, ['http', upstreamUrl, '--server', server, '--no-inspector']);
  const [, host = ''] = await client.said(/http:\/\/([a-z0-9]{12}\.test)/);
  return host;
}

/** What the relay answers to one request, whenever it does. */
function ask(port: string, host: string): Promise<string> {
  return new Promise((resolve, reject) => {
    const headers = { host, connection: 'close' };
    const asked = get({ host: '127.0.0.1', port, headers }, (answer) => {
      let text = `${answer.statusCode} `;
      answer.on('data', (chunk) => {
        text += chunk;
      });
      answer.on('end', () => resolve(text));
    });
    asked.on('error', reject);
  });
}

describe('K04 a relay that is started again', () => {
  test('has its clients back under their names, and visitors wait for them', async () => {
    let [relay, port] = await startRelay('0');
    const host = await startClient(port);
    expect(await ask(port, host)).toBe('200 hello');
    for (const signal of ['SIGKILL', 'SIGTERM', 'SIGKILL'] as const) {
      relay.child.kill(signal);
      await relay.ended();
      [relay, port] = await startRelay(port);
      expect(await ask(port, host)).toBe('200 hello');
    }
  });

  test('keeps names from whoever was faster', async () => {
    const [first, port] = await startRelay('0');
    const host = await startClient(port);
    const [owner] = programs.slice(-1);
    owner?.child.kill('SIGSTOP');
    first.child.kill('SIGKILL');
    await first.ended();
    const [second] = await startRelay(port);
    const thief = start(CLIENT, [
      'http',
      'http://127.0.0.1:1',
      '--no-inspector',
      '--subdomain',
      host.replace('.test', ''),
      '--server',
      `http://127.0.0.1:${port}`,
    ]);
    await second.said(/"msg":"tunnel opened"/);
    owner?.child.kill('SIGCONT');
    await eventually(
      () => second.stderr.split('"msg":"tunnel opened"').length > 2,
      () => second.stderr,
      15_000,
    );
    expect(await ask(port, host)).toBe('200 hello');
    await thief.stop();
    expect(await ask(port, host)).toBe('200 hello');
  });
});
