import { createServer, type IncomingMessage, type Server } from 'node:http';
import { createServer as createTlsServer } from 'node:https';
import {
  type AddressInfo,
  createServer as createTcpServer,
  type Server as TcpServer,
} from 'node:net';
import { connect, controlUrl } from '@sellia/client';
import { createRelay } from '@sellia/relay';
import { afterEach, describe, expect, test } from 'vitest';
import { dialRelay } from '../src/control-peer/hostile-client.ts';
import { SteppedClock } from '../src/control-peer/stepped-clock.ts';
import { type Certificate, makeCertificate } from '../src/servers/certificate.ts';

/** Where a client goes with its key, and where not. */

const KEY = 'sk_test_this_must_not_travel';
const servers: TcpServer[] = [];
afterEach(async () => {
  for (const server of servers.splice(0)) {
    (server as Server).closeAllConnections?.();
    await new Promise((resolve) => server.close(resolve));
  }
});

async function listening<T extends TcpServer>(server: T): Promise<{ server: T; port: number }> {
  servers.push(server);
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  return { server, port: (server.address() as AddressInfo).port };
}

function dial(server: string, more = {}) {
  return connect({ server, apiKey: KEY, upstream: 'http://127.0.0.1:1', ...more });
}

describe('H29 redirects', () => {
  for (const status of [301, 302, 303, 307, 308]) {
    test(`H29 ${status} is not followed, and the key stays`, async () => {
      const asked: IncomingMessage[] = [];
      const elsewhere = createServer((request, response) => {
        asked.push(request);
        response.end();
      });
      elsewhere.on('upgrade', (request, socket) => {
        asked.push(request);
        socket.destroy();
      });
      const { port } = await listening(elsewhere);
      const Location = `http://localhost:${port}/_sellia/connect`;
      const redirecting = createServer((_, response) =>
        response.writeHead(status, { Location }).end(),
      );
      const from = await listening(redirecting);
      const failure = await dial(`http://127.0.0.1:${from.port}`).catch((error: unknown) => error);
      expect(failure).toMatchObject({ code: 'SELLIA_REDIRECTED', retryable: false });
      expect(asked).toEqual([]);
      expect(String(failure)).not.toContain(KEY);
    });
  }
});

describe('H30 certificates', () => {
  const now = Date.now();
  const DAY = 86_400_000;
  const cases: [string, Certificate, boolean][] = [
    ['signed by nobody known', makeCertificate({ names: ['127.0.0.1'] }), false],
    ['for another name', makeCertificate({ names: ['elsewhere.example'] }), true],
    [
      'run out',
      makeCertificate({
        names: ['127.0.0.1'],
        notBefore: new Date(now - 2 * DAY),
        notAfter: new Date(now - DAY),
      }),
      true,
    ],
    [
      'not yet valid',
      makeCertificate({
        names: ['127.0.0.1'],
        notBefore: new Date(now + DAY),
        notAfter: new Date(now + 2 * DAY),
      }),
      true,
    ],
  ];
  for (const [what, { certificate, key }, isKnown] of cases) {
    test(`H30 a certificate ${what} is refused, and the key stays`, async () => {
      const asked: IncomingMessage[] = [];
      const relay = createTlsServer({ cert: certificate, key }, (request) => asked.push(request));
      relay.on('upgrade', (request) => asked.push(request));
      const { port } = await listening(relay);
      const server = `https://127.0.0.1:${port}`;
      const failure = await dial(server, isKnown ? { ca: certificate } : {}).catch(
        (e: unknown) => e,
      );
      expect(failure).toMatchObject({ code: 'SELLIA_RELAY_TLS', retryable: false });
      expect((failure as Error).message).not.toMatch(/\n| {4}at /);
      expect(asked).toEqual([]);
    });
  }

  test('H30 a certificate of the given authority is taken', async () => {
    const { certificate, key } = makeCertificate({ names: ['127.0.0.1'] });
    const asked: IncomingMessage[] = [];
    const relay = createTlsServer({ cert: certificate, key });
    relay.on('upgrade', (request, socket) => {
      asked.push(request);
      socket.end('HTTP/1.1 401 No\r\nContent-Length: 0\r\nConnection: close\r\n\r\n');
    });
    const { port } = await listening(relay);
    const failure = await dial(`wss://127.0.0.1:${port}`, { ca: certificate }).catch(
      (e: unknown) => e,
    );
    expect(failure).toMatchObject({ code: 'SELLIA_UNAUTHORIZED' });
    expect(asked[0]?.headers.authorization).toBe(`Bearer ${KEY}`);
  });
});

describe('H31 schemes', () => {
  for (const scheme of ['wss', 'https']) {
    test(`H31 ${scheme} never speaks in the clear`, async () => {
      const first = new Promise<Buffer>((resolve) => {
        const tcp = createTcpServer((socket) => {
          socket.on('error', () => {});
          socket.once('data', (bytes: Buffer) => {
            resolve(bytes);
            socket.destroy();
          });
        });
        void listening(tcp).then(({ port }) => {
          dial(`${scheme}://127.0.0.1:${port}`, { reconnect: false }).catch(() => {});
        });
      });
      const bytes = await first;
      // A TLS record of type handshake.
      expect(bytes[0]).toBe(0x16);
      expect(bytes.includes(KEY)).toBe(false);
    });
  }

  test('H31 the ports are 443 and 80 unless said', () => {
    for (const scheme of ['wss', 'https']) {
      expect(new URL(controlUrl(`${scheme}://relay.example`)).port).toBe('');
      expect(controlUrl(`${scheme}://relay.example`)).toMatch(/^wss:\/\/relay\.example\//);
    }
    expect(controlUrl('http://relay.example')).toMatch(/^ws:\/\/relay\.example\//);
    expect(controlUrl('https://relay.example:8443')).toMatch(/^wss:\/\/relay\.example:8443\//);
  });
});

describe('keys', () => {
  test('a wrong key is 401 before there is a socket, and says so in one line', async () => {
    const relay = await createRelay({
      host: '127.0.0.1',
      port: 0,
      keys: ['right-key-of-the-relay'],
    });
    try {
      const headers = { Authorization: 'Bearer wrong' };
      await expect(dialRelay(relay.url, { headers })).rejects.toMatchObject({ status: 401 });
      await expect(dialRelay(relay.url)).rejects.toMatchObject({ status: 401 });
      const failure = await dial(relay.url).catch((error: unknown) => error as Error);
      expect(failure).toMatchObject({ code: 'SELLIA_UNAUTHORIZED', retryable: false });
      expect((failure as Error).message).not.toContain('\n');
      expect((failure as Error).message).not.toContain(KEY);
      const peer = await dialRelay(relay.url, {
        headers: { Authorization: 'Bearer right-key-of-the-relay' },
      });
      peer.terminate();
    } finally {
      await relay.close({ drainMs: 0 });
    }
  });

  test('something that is no relay is said to be none', async () => {
    const { port } = await listening(createServer((_, response) => response.end('a web page')));
    const failure = dial(`http://127.0.0.1:${port}`);
    await expect(failure).rejects.toMatchObject({ code: 'SELLIA_NOT_A_RELAY' });
  });

  test('a port that takes connections and says nothing is given up', async () => {
    const clock = new SteppedClock();
    const accepted = new Promise<void>((resolve) => {
      void listening(
        createTcpServer((socket) => socket.on('error', () => {}).once('data', () => resolve())),
      ).then(({ port }) => {
        failure = dial(`http://127.0.0.1:${port}`, { clock }).catch((error: unknown) => error);
      });
    });
    let failure: Promise<unknown> | undefined;
    await accepted;
    await clock.advance(30_000);
    expect(await failure).toMatchObject({ code: 'SELLIA_RELAY_TIMEOUT', retryable: true });
  });
});
