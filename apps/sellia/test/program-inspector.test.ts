import { chmodSync, existsSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { endAll, hasSignals, Running } from '@sellia/terminal/running';
import { afterAll, afterEach, beforeAll, describe, expect, test } from 'vitest';
import { main, startInspected, startRelay } from './inspected.ts';
import { LocalApp } from './local-app.ts';
import { echo, visit } from './visitor.ts';

const relay = startRelay();
let server: string;
let app: LocalApp;
let args: string[];

beforeAll(async () => {
  [server] = await relay.until(/^http:\S+(?=\n)/);
  app = new LocalApp();
  args = [String(await app.listen()), '--server', server];
});
afterEach(() => endAll(relay));
afterAll(async () => {
  app.close();
  await endAll();
});

/** Code that runs in the program before its own. */
function preload(code: string): Record<string, string> {
  return { NODE_OPTIONS: `--import data:text/javascript,${encodeURIComponent(code)}` };
}

interface Tunnels {
  readonly tunnels: readonly { readonly public_url: string }[];
}

describe('the inspector of sellia http', () => {
  test.skipIf(!hasSignals)('shows the tunnel while it runs, and ends with it', async () => {
    const { program, url, invitation, ask } = await startInspected(args);
    await visit(url, '/seen');
    const found = await ask('/api/v1/exchanges');
    expect(await found.json()).toMatchObject({ exchanges: [{ target: '/seen', status: 200 }] });
    const { tunnels } = (await (await ask('/api/v1/status')).json()) as { tunnels: unknown[] };
    expect(tunnels).toMatchObject([
      { url, target: `http://localhost:${args[0]}`, state: 'public' },
    ]);
    program.kill('SIGINT');
    expect(await program.exited).toBe(0);
    expect(program.stderr).not.toMatch(/warning|error/);
    await expect(fetch(`http://127.0.0.1:${invitation.port}/`)).rejects.toThrow();
  });

  test('tells how it was told to run, without the key', async () => {
    const env = { SELLIA_API_KEY: 'sk_very_secret', SELLIA_WAIT_UPSTREAM: '2s' };
    const { ask } = await startInspected(args, env);
    const text = await (await ask('/api/v1/configuration')).text();
    const { configuration } = JSON.parse(text) as { configuration: { name: string }[] };
    const told = (name: string) => configuration.find((line) => line.name === name);
    expect(told('Relay')).toMatchObject({ value: server, source: '--server' });
    expect(told('Key')).toMatchObject({ value: '***', source: 'SELLIA_API_KEY' });
    expect(told('Waits for the local server')).toMatchObject({ value: '2.0s' });
    expect(text).not.toContain('secret');
  });

  test('a script that was written for ngrok finds the public URL', async () => {
    const { url, invitation } = await startInspected(args);
    const answer = await fetch(`http://localhost:${invitation.port}/api/tunnels`);
    expect(((await answer.json()) as Tunnels).tunnels[0]?.public_url).toBe(url);
  });

  test('shows traffic with --quiet, too', async () => {
    const { program, url, ask } = await startInspected([...args, '--quiet']);
    await visit(url, '/seen');
    const { exchanges } = (await (await ask('/api/v1/exchanges')).json()) as {
      exchanges: unknown[];
    };
    expect(exchanges).toMatchObject([{ target: '/seen' }]);
    expect(program.stderr).not.toContain('/seen');
  });

  test('is in the ready event of --json', async () => {
    const program = new Running(main, ['http', ...args, '--json', '-i', '0']);
    const [line] = await program.until(/^.*"event":"ready".*$/m);
    const { inspector } = JSON.parse(line) as { inspector: string };
    expect(inspector).toMatch(/^http:\/\/localhost:\d+\/\?token=[\w-]{24}$/);
    expect((await fetch(inspector.replace('localhost', '127.0.0.1'))).ok).toBe(true);
  });

  test.each([
    [['--no-inspector'], {}],
    [[], { SELLIA_INSPECTOR: 'off' }],
  ])('there is none with %j %j', async (flags, env: Record<string, string>) => {
    const program = new Running(main, ['http', ...args, '--json', ...flags], { env });
    const [line] = await program.until(/^.*"event":"ready".*$/m);
    expect(JSON.parse(line)).toMatchObject({ inspector: null });
  });

  test('takes the next port when one is taken, and says so', async () => {
    const first = await startInspected(args);
    const { port } = first.invitation;
    const second = new Running(main, ['http', ...args, '-i', port]);
    const [, next] = await second.until(/Inspector +http:\/\/localhost:(\d+)/, 'stderr');
    expect(Number(next)).toBeGreaterThan(Number(port));
  });

  test('when it cannot start there is a warning, and the tunnel', async () => {
    const env = preload(`
      import { Server } from 'node:net';
      Server.prototype.listen = function () {
        const error = Object.assign(new Error('none is free'), { code: 'EACCES' });
        process.nextTick(() => this.emit('error', error));
        return this;
      };`);
    const program = new Running(main, ['http', ...args], { env });
    const [url] = await program.until(/^http:\S+(?=\n)/m);
    expect(program.stderr).toMatch(/^warning: there is no inspector: .*none is free/m);
    expect((await visit(url)).status).toBe(200);
  });

  test('what it throws ends nothing', async () => {
    const env = preload(`
      import { Server } from 'node:http';
      const emit = Server.prototype.emit;
      Server.prototype.emit = function (name, request, ...rest) {
        if (request?.url === '/boom') setTimeout(() => { throw new Error('boom'); });
        if (request?.url === '/reject') Promise.reject(new Error('bang'));
        return emit.call(this, name, request, ...rest);
      };`);
    const { program, url, ask } = await startInspected([...args, '--verbose'], env);
    await ask('/boom');
    await ask('/reject');
    await program.until(/Error: boom[\s\S]*Error: bang/, 'stderr');
    expect(program.stderr.match(/^warning: the inspector failed/gm)).toHaveLength(1);
    expect((await visit(url)).status).toBe(200);
    expect((await ask('/api/v1/status')).status).toBe(200);
  });

  test('--inspect-ws full keeps messages from the first one on', async () => {
    const { url, ask } = await startInspected([...args, '--inspect-ws', 'full']);
    await echo(url, '/socket', 'hello');
    const listed = (await (await ask('/api/v1/exchanges')).json()) as {
      exchanges: { id: string }[];
    };
    const path = `/api/v1/exchanges/${listed.exchanges[0]?.id}/messages`;
    const { messages } = (await (await ask(path)).json()) as { messages: unknown[] };
    expect(messages).toMatchObject([
      { direction: 'request', text: 'hello' },
      { direction: 'response', bytes: 5 },
      { opcode: 8 },
      { opcode: 8 },
    ]);
  });

  test('--inspector-strict and --inspector-allow-host', async () => {
    const flags = ['--inspector-strict', '--inspector-allow-host', '.lan.test'];
    const { invitation } = await startInspected([...args, ...flags]);
    const at = `http://127.0.0.1:${invitation.port}`;
    expect((await fetch(`${at}/api/tunnels`)).status).toBe(403);
    const page = await visit(`http://machine.lan.test:${invitation.port}/`);
    expect(page.text).not.toContain('foreign_host');
    const foreign = await visit(`http://machine.test:${invitation.port}/`);
    expect(foreign).toMatchObject({ status: 403, text: expect.stringContaining('foreign_host') });
  });

  test('names the inspectors of other programs, with the way in', async () => {
    const first = await startInspected(args);
    const second = await startInspected(args);
    expect(await (await first.ask('/api/v1/neighbours')).json()).toEqual({
      neighbours: [
        {
          url: second.invitation.href,
          tunnels: [{ name: new URL(second.url).hostname.split('.')[0], url: second.url }],
        },
      ],
    });
    second.program.kill('SIGKILL');
    await second.program.exited;
    expect(await (await first.ask('/api/v1/neighbours')).json()).toEqual({ neighbours: [] });
  });
});

describe.skipIf(process.platform !== 'linux')('--open (a browser of a script)', () => {
  let folder: string;
  beforeAll(() => {
    folder = mkdtempSync(join(tmpdir(), 'sellia-browser-'));
  });
  afterAll(() => rmSync(folder, { recursive: true }));

  function browser(script: string): Record<string, string> {
    const path = join(folder, 'browser');
    writeFileSync(path, `#!/bin/sh\n${script}\n`);
    chmodSync(path, 0o755);
    // Without what this machine has installed.
    return { BROWSER: path, DISPLAY: ':0', XDG_DATA_DIRS: folder, XDG_DATA_HOME: folder };
  }

  test('opens the page with its token', async () => {
    const opened = join(folder, 'opened');
    const env = browser(`printf %s "$1" > ${opened}.part; mv ${opened}.part ${opened}`);
    const { invitation } = await startInspected([...args, '--open'], env);
    await expect.poll(() => existsSync(opened), { timeout: 5_000 }).toBe(true);
    expect(readFileSync(opened, 'utf8')).toBe(invitation.href);
  });

  test('that it cannot is a warning', async () => {
    const { program, url } = await startInspected([...args, '--open'], browser('exit 1'));
    await program.until(/^warning: the inspector's page was not opened: /m, 'stderr');
    expect((await visit(url)).status).toBe(200);
  });
});
