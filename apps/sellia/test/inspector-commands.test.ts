import { once } from 'node:events';
import {
  existsSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  statSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs';
import { type AddressInfo, connect, createServer, type Server, type Socket } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { endAll, hasSignals, hasTerminal, Running } from '@sellia/terminal/running';
import { afterAll, afterEach, beforeAll, describe, expect, test, vi } from 'vitest';
import { type Inspected, main, startInspected, startRelay } from './inspected.ts';
import { LocalApp } from './local-app.ts';
import { echo, sendRaw, visit } from './visitor.ts';

// A test starts up to six programs, one after the other.
vi.setConfig({ testTimeout: 60_000 });

const relay = startRelay();
let server: string;
let app: LocalApp;
let first: Inspected;
let folder: string;
const alive: Running[] = [relay];

beforeAll(async () => {
  [server] = await relay.until(/^http:\S+(?=\n)/);
  app = new LocalApp();
  first = await startTunnel('first');
  alive.push(first.program);
  folder = mkdtempSync(join(tmpdir(), 'sellia-export-'));
});
afterEach(() => endAll(...alive));
afterAll(async () => {
  app.close();
  rmSync(folder, { recursive: true });
  await endAll();
});

let port: number | undefined;
async function startTunnel(name: string): Promise<Inspected> {
  port ??= await app.listen();
  return startInspected([String(port), '--server', server, '--subdomain', name]);
}

async function sellia(...args: string[]) {
  const program = new Running(main, args);
  const code = await program.exited;
  const { stdout, stderr } = program;
  expect(stdout + stderr).not.toMatch(/^\s+at /m);
  return { code, stdout, stderr };
}

interface Row {
  readonly id: string;
  readonly target: string;
  readonly inspector: string;
}

function rowsOf(text: string): Row[] {
  return text
    .trimEnd()
    .split('\n')
    .map((line) => JSON.parse(line) as Row);
}

/** The id of what that path was asked for last. */
async function idOf(path: string): Promise<string> {
  const response = await first.ask(`/api/v1/exchanges?limit=1&filter=path:${path}`);
  const { exchanges } = (await response.json()) as { exchanges: Row[] };
  return exchanges[0]?.id as string;
}

describe('sellia requests', () => {
  test('lists the newest, the newest last, with all columns', async () => {
    for (const path of ['/a', '/b', '/c']) await visit(first.url, path);
    const { code, stdout, stderr } = await sellia('requests', '-n', '2');
    expect({ code, stderr }).toEqual({ code: 0, stderr: '' });
    const line = (path: string) =>
      new RegExp(`^\\d\\d:\\d\\d:\\d\\d [0-9a-z]+ 200 +GET +${path} +\\d+ms +6B$`);
    const lines = stdout.trimEnd().split('\n');
    expect(lines).toEqual([expect.stringMatching(line('/b')), expect.stringMatching(line('/c'))]);
  });

  test('--json is a row a line; the filter is the language of the page', async () => {
    await visit(first.url, '/filtered?x=1');
    const { stdout } = await sellia('requests', '--json', 'path:/filtered', 'status:2xx');
    expect(rowsOf(stdout)).toMatchObject([
      {
        target: '/filtered?x=1',
        status: 200,
        tunnel: 'first',
        inspector: `${first.invitation.origin}/`,
      },
    ]);
    expect((await sellia('requests', '--', '-path:/')).stdout).toBe('');
  });

  test('what was tagged in the page is found by its tag', async () => {
    await visit(first.url, '/tagged');
    await visit(first.url, '/untagged');
    const { invitation } = first;
    const authorization = `Bearer ${invitation.searchParams.get('token')}`;
    await fetch(new URL(`/api/v1/exchanges/${await idOf('/tagged')}`, invitation), {
      method: 'PATCH',
      headers: { 'content-type': 'application/json', authorization },
      body: JSON.stringify({ tags: ['Two words'] }),
    });
    const { stdout } = await sellia('requests', '--json', 'tag:"two words"');
    expect(rowsOf(stdout)).toMatchObject([{ target: '/tagged', tags: ['Two words'] }]);
  });

  test('what the filter does not know is shown, and ignored', async () => {
    await visit(first.url, '/problem');
    const { code, stdout, stderr } = await sellia('requests', 'path:/problem', 'statos:4xx');
    expect(code).toBe(0);
    expect(stdout).toContain('/problem');
    expect(stderr.split('\n').slice(0, 3)).toEqual([
      expect.stringMatching(/^warning: .*statos/),
      '  path:/problem statos:4xx',
      '                ^^^^^^^^^^',
    ]);
  });

  test('a WebSocket has its counts, and its close code with a name', async () => {
    await echo(first.url, '/counted', 'hello');
    const { stdout } = await sellia('requests', 'path:/counted');
    expect(stdout).toMatch(
      / closed +WS +\/counted +\d+ms up 1\/5B down 1\/5B 1000 Normal closure\n$/,
    );
  });

  test('no byte of a visitor reaches the terminal as a control', async () => {
    const { host } = new URL(first.url);
    const bytes = `GET /evil HTTP/1.1\r\nHost: ${host}\r\nX-Evil: \x9b2J\r\nConnection: close\r\n\r\n`;
    expect(await sendRaw(first.url, bytes)).toMatch(/^HTTP\/1.1 200 /);
    const listed = await sellia('requests', 'path:/evil');
    const id = await idOf('/evil');
    const shown = await sellia('request', id);
    const json = await sellia('request', id, '--json');
    const har = await sellia('export', 'path:/evil');
    expect(listed.stdout).toContain('/evil');
    expect(shown.stdout).toContain('X-Evil: \\x9b2J');
    for (const { stdout } of [listed, shown, json])
      expect(stdout).not.toMatch(/[^\P{Cc}\n]|\p{Cf}/u);
    expect(JSON.parse(har.stdout).log.entries).toHaveLength(1);
  });

  test.skipIf(!hasSignals)('-f goes on; a reader that leaves ends it quietly', async () => {
    const program = new Running(main, ['requests', '-f', '-n', '0', '--json', 'path:/follow']);
    // Until it listens nothing tells: what comes before is not lost, it reads on from its listing.
    await expect
      .poll(
        async () => {
          await visit(first.url, '/follow');
          return program.stdout;
        },
        { timeout: 10_000 },
      )
      .toContain('/follow');
    await visit(first.url, '/other');
    await visit(first.url, '/follow-last');
    await program.until(/follow-last/);
    expect(program.stdout).not.toContain('/other');
    const ids = rowsOf(program.stdout).map(({ id }) => id);
    expect(new Set(ids).size).toBe(ids.length);
    program.kill('SIGINT');
    expect(await program.exited).toBe(0);
    expect(program.stderr).toBe('');

    const piped = new Running(main, ['requests', '-f', '-n', '1']);
    await piped.until(/follow-last/);
    piped.stopReading();
    await visit(first.url, '/more');
    expect(await piped.exited).toBe(0);
    expect(piped.stderr).toBe('');
  });

  test('-f tells of a WebSocket when it is open and when it is over', async () => {
    const program = new Running(main, ['requests', '-f', '-n', '1']);
    await program.until(/\n/);
    await echo(first.url, '/followed', 'hello');
    await program.until(/closed +WS +\/followed .* 1000 Normal closure/);
  });

  test('-f reads on after a lost connection, without a gap and nothing twice', async () => {
    const proxy = await CuttingProxy.to(Number(first.invitation.port));
    const url = `http://127.0.0.1:${proxy.port}/${first.invitation.search}`;
    const program = new Running(main, [
      'requests',
      '-f',
      '--json',
      '--inspector',
      url,
      'path:/cut',
    ]);
    await proxy.upgraded();
    await visit(first.url, '/cut/1');
    await program.until(/cut\/1/);
    proxy.isBlocked = true;
    proxy.cut();
    await visit(first.url, '/cut/2');
    proxy.isBlocked = false;
    await program.until(/cut\/2/);
    await visit(first.url, '/cut/3');
    await program.until(/cut\/3/);
    const targets = rowsOf(program.stdout).map(({ target }) => target);
    expect(targets).toEqual(['/cut/1', '/cut/2', '/cut/3']);
    proxy.close();
  });

  test.skipIf(!hasSignals)(
    'joins all inspectors; -f ends with the programs, and says so',
    async () => {
      const second = await startTunnel('second');
      await visit(first.url, '/joined/1');
      await visit(second.url, '/joined/2');
      await visit(first.url, '/joined/3');
      const { stdout } = await sellia('requests', '-n', '3');
      expect(stdout).toMatch(
        /\/joined\/1 .* first\n.*\/joined\/2 .* second\n.*\/joined\/3 .* first\n$/,
      );
      const har = JSON.parse((await sellia('export', 'path:/joined')).stdout);
      const urls = har.log.entries.map(({ request }: { request: { url: string } }) => request.url);
      expect(urls.map((url: string) => new URL(url).pathname)).toEqual([
        '/joined/1',
        '/joined/2',
        '/joined/3',
      ]);

      const { href } = second.invitation;
      const program = new Running(main, ['requests', '-f', '--inspector', href]);
      const all = new Running(main, ['requests', '-f']);
      await Promise.all([program.until(/joined\/2/), all.until(/joined\/3/)]);
      second.program.kill('SIGKILL');
      await all.until(
        new RegExp(`the inspector at ${second.invitation.origin}/ has ended`),
        'stderr',
      );
      expect(await program.exited).toBe(0);
    },
  );
});

describe('sellia request', () => {
  test('shows one whole', async () => {
    await visit(first.url, '/whole?x=1');
    const { stdout } = await sellia('request', await idOf('/whole'));
    expect(stdout).toContain('\nGET /whole?x=1\nhost: ');
    expect(stdout).toMatch(/\n200 OK after \d+ms\n[\s\S]*\n\nGET \/whole\?x=1\n$/);
  });

  test('--raw is the bytes, of the answer with --response', async () => {
    await visit(first.url, '/raw');
    const id = await idOf('/raw');
    expect((await sellia('request', id, '--raw')).stdout).toMatch(
      /^GET \/raw HTTP\/1\.1\r\nhost: /,
    );
    const answer = (await sellia('request', id, '--raw', '--response')).stdout;
    expect(answer).toMatch(/^HTTP\/1\.1 200 OK\r\n[\s\S]*\r\n\r\nGET \/raw$/);
  });

  test.skipIf(!hasTerminal)('--raw goes to no terminal (python3)', async () => {
    const program = new Running(main, ['request', 'x', '--raw'], { columns: 80 });
    expect(await program.exited).toBe(2);
    expect(program.stdout).toContain('raw bytes are not written to a terminal');
  });

  test('one that is not there ends with 9', async () => {
    const { code, stdout, stderr } = await sellia('request', 'none');
    expect({ code, stdout }).toEqual({ code: 9, stdout: '' });
    expect(stderr).toMatch(/^error\[SELLIA_NO_EXCHANGE\]: /);
  });
});

describe('sellia replay', () => {
  test('sends it again, as it was or edited, and waits for the answer', async () => {
    await visit(first.url, '/again');
    const id = await idOf('/again');
    const { code, stdout } = await sellia('replay', id);
    expect(code).toBe(0);
    expect(stdout).toMatch(/^\S+ [0-9a-z]+ 200 +GET +\/again +\d+ms +10B\n$/);
    const file = join(folder, 'body');
    writeFileSync(file, 'the body');
    const edits = ['--method', 'POST', '--path', '/edited?y', '--body', `@${file}`];
    const headers = ['--header', 'X-One: 1', '--header', 'accept:', '--header', 'HOST: other.test'];
    const edited = await sellia('replay', id, '--json', ...edits, ...headers);
    expect(edited.code).toBe(0);
    const [row] = rowsOf(edited.stdout);
    expect(row).toMatchObject({
      method: 'POST',
      target: '/edited?y',
      replayOf: id,
      requestBytes: 8,
    });
    const { stdout: raw } = await sellia('request', row?.id as string, '--raw');
    expect(raw).toMatch(/^X-One: 1\r$/m);
    expect(raw.match(/^host: .*$/gim)).toEqual(['HOST: other.test']);
    expect(raw).toMatch(/\r\n\r\nthe body$/);
  });

  test('an answer of 500 and above, and one that does not come, end with 10', async () => {
    await visit(first.url, '/again');
    const id = await idOf('/again');
    const failed = await sellia('replay', id, '--path', '/status/503');
    expect(failed).toMatchObject({ code: 10, stdout: expect.stringContaining(' 503 ') });
    const late = await sellia('replay', id, '--path', '/held', '--timeout', '200ms');
    expect(late).toMatchObject({
      code: 10,
      stdout: expect.stringContaining(' pending '),
      stderr: expect.stringContaining('it has not ended within 200ms'),
    });
    (await app.nextHeld()).end();
  });

  test('what cannot be sent is refused, with a reason', async () => {
    await echo(first.url, '/conversation', 'hello');
    const socket = await sellia('replay', await idOf('/conversation'));
    expect(socket.code).toBe(10);
    expect(socket.stderr).toMatch(/^error\[SELLIA_REPLAY_FAILED\]: not sent: .*conversation/);
    await visit(first.url, '/again');
    const id = await idOf('/again');
    expect(await sellia('replay', id, '--path', 'no-slash')).toMatchObject({ code: 10 });
    expect(await sellia('replay', id, '--tunnel', 'none')).toMatchObject({ code: 10 });
    expect(await sellia('replay', id, '--header', 'none')).toMatchObject({ code: 2 });
    expect(await sellia('replay', id, '--body', '@/none')).toMatchObject({ code: 2 });
    expect(await sellia('replay', 'none')).toMatchObject({ code: 9 });
  });
});

describe('sellia export', () => {
  test('a HAR file of what matches, secrets replaced', async () => {
    await visit(first.url, '/status/200?token=hush&exported');
    const path = join(folder, 'all.har');
    writeFileSync(path, 'what was there before');
    const { code, stdout } = await sellia('export', '--har', '-o', path, 'exported');
    expect({ code, stdout }).toEqual({ code: 0, stdout: '' });
    const text = readFileSync(path, 'utf8');
    expect(JSON.parse(text).log.entries).toHaveLength(1);
    expect(text).not.toContain('hush');
    expect((await sellia('export', '--secrets', 'exported')).stdout).toContain('hush');
  });

  test.skipIf(!hasSignals)(
    'for the user alone, behind a link, and into what is no file',
    async () => {
      const path = join(folder, 'target.har');
      const link = join(folder, 'link.har');
      writeFileSync(path, '');
      symlinkSync(path, link);
      expect((await sellia('export', '-o', link)).code).toBe(0);
      expect(JSON.parse(readFileSync(path, 'utf8'))).toHaveProperty('log');
      expect(statSync(path).mode & 0o777).toBe(0o600);
      expect((await sellia('export', '-o', '/dev/null')).code).toBe(0);
      expect(statSync('/dev/null').isCharacterDevice()).toBe(true);
    },
  );

  test('a file that cannot be written is said, and one that is not whole is not there', async () => {
    const nowhere = join(folder, 'none', 'all.har');
    const { code, stderr } = await sellia('export', '-o', nowhere);
    expect(code).toBe(2);
    expect(stderr).toMatch(/^error\[SELLIA_FILE_FAILED\]: .*none/);
    const proxy = await CuttingProxy.to(Number(first.invitation.port));
    proxy.cutsExports = true;
    const path = join(folder, 'cut.har');
    const url = `http://127.0.0.1:${proxy.port}/${first.invitation.search}`;
    expect((await sellia('export', '-o', path, '--inspector', url)).code).toBe(9);
    expect(existsSync(path)).toBe(false);
    expect(readdirSync(folder).filter((name) => name.includes('.part'))).toEqual([]);
    proxy.close();
  });
});

describe('which inspector', () => {
  const nobody = { SELLIA_STATE_DIR: join(tmpdir(), 'sellia-nobody') };

  test.each([['requests'], ['request', 'x'], ['replay', 'x'], ['export']])(
    'without one %s ends with 9, and says what to do',
    async (...args) => {
      const program = new Running(main, args, { env: nobody });
      expect(await program.exited).toBe(9);
      expect(program.stderr).toMatch(/^error\[SELLIA_NO_INSPECTOR\]: .*\nhint: .*sellia http 8080/);
    },
  );

  test('it is named by its link, or its URL and its token', async () => {
    const { href, origin, searchParams } = first.invitation;
    const token = searchParams.get('token') ?? '';
    for (const [url, env] of [
      [href, nobody],
      [origin, { ...nobody, SELLIA_INSPECTOR_TOKEN: token }],
      [origin, {}],
    ] as const) {
      const program = new Running(main, ['requests', '--inspector', url], { env });
      expect(await program.exited).toBe(0);
    }
    for (const url of [origin, `${origin}/?token=wrong`, 'localhost:4040', 'nonsense']) {
      const program = new Running(main, ['requests', '--inspector', url], { env: nobody });
      expect(await program.exited).toBe(9);
      expect(program.stderr).toMatch(/^error\[SELLIA_NO_INSPECTOR\]: /);
    }
  });
});

/** Stands between a command and an inspector, to cut what it carries. */
class CuttingProxy {
  isBlocked = false;
  cutsExports = false;
  readonly #server: Server;
  readonly #sockets = new Set<Socket>();
  readonly #upgraded = Promise.withResolvers<void>();

  private constructor(target: number) {
    this.#server = createServer((socket) => {
      if (this.isBlocked) socket.destroy();
      else this.#carry(socket, target);
    });
  }

  static async to(target: number): Promise<CuttingProxy> {
    const proxy = new CuttingProxy(target);
    proxy.#server.listen(0, '127.0.0.1');
    await once(proxy.#server, 'listening');
    return proxy;
  }

  get port(): number {
    return (this.#server.address() as AddressInfo).port;
  }

  /** Settles when the live socket is open. */
  upgraded(): Promise<void> {
    return this.#upgraded.promise;
  }

  cut(): void {
    for (const socket of this.#sockets) socket.destroy();
  }

  close(): void {
    this.#server.close();
    this.cut();
  }

  #carry(socket: Socket, target: number): void {
    const onward = connect(target, '127.0.0.1');
    for (const end of [socket, onward]) {
      this.#sockets.add(end);
      end.on('error', () => {});
      end.on('close', () => {
        this.#sockets.delete(end);
        socket.destroy();
        onward.destroy();
      });
    }
    let isExport = false;
    socket.on('data', (bytes) => {
      isExport ||= bytes.toString('latin1').includes('export.har');
      onward.write(bytes);
    });
    onward.on('data', (bytes) => {
      const text = bytes.toString('latin1');
      if (text.startsWith('HTTP/1.1 101')) this.#upgraded.resolve();
      const isCut = isExport && this.cutsExports;
      socket.write(isCut ? bytes.subarray(0, text.indexOf('"version"')) : bytes);
      if (isCut) socket.destroySoon();
    });
  }
}
