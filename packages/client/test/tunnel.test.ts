import { once } from 'node:events';
import { createServer } from 'node:net';
import { afterEach, describe, expect, it } from 'vitest';
import { type ConnectOptions, connect } from '../src/connect.ts';
import type { SelliaError } from '../src/errors.ts';
import type { Tunnel, TunnelStatus } from '../src/tunnel-status.ts';
import { FakeRelay } from './fake-relay.ts';
import { guarded, RawUpstream } from './rig.ts';

const OK = 'HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\nok';
/** Attempts follow at once. */
const EAGER = { reconnectBaseMs: 10, reconnectCapMs: 20 };

const closers: (() => unknown)[] = [];
afterEach(async () => {
  for (const close of closers.splice(0).reverse()) await close();
});

async function relayAt(port = 0): Promise<{ relay: FakeRelay; server: string }> {
  const relay = new FakeRelay();
  const server = await relay.listen(port);
  closers.push(() => relay.close());
  return { relay, server };
}

async function upstreamWith(answer = OK): Promise<string> {
  const raw = new RawUpstream((socket) => socket.write(answer));
  const port = await raw.listen();
  closers.push(() => raw.close());
  return `http://127.0.0.1:${port}`;
}

async function open(server: string, options: Partial<ConnectOptions> = {}): Promise<Tunnel> {
  const upstream = options.upstream ?? (await upstreamWith());
  const tunnel = await guarded(
    connect({ server, upstream, limits: EAGER, ...options }),
    'a tunnel',
  );
  closers.push(() => tunnel.close({ drainMs: 0 }));
  return tunnel;
}

async function failure(promise: Promise<unknown>): Promise<SelliaError> {
  return guarded(
    promise.then(
      () => Promise.reject(new Error('it succeeded')),
      (error: SelliaError) => error,
    ),
    'a failure',
  );
}

function nextStatus(tunnel: Tunnel, state: TunnelStatus['state']): Promise<TunnelStatus> {
  return guarded(
    new Promise((resolve) => {
      tunnel.on('status', (status) => {
        if (status.state === state) resolve(status);
      });
    }),
    `status ${state}`,
  );
}

describe('connect', () => {
  it('opens a tunnel and serves requests', async () => {
    const { relay, server } = await relayAt();
    const tunnel = await open(server, { name: 'my-app', apiKey: 'SECRET' });
    expect(tunnel.url).toBe('http://my-app.test');
    expect(tunnel.name).toBe('my-app');
    expect(tunnel.status).toEqual({ state: 'public' });
    expect(relay.requests[0]?.url).toBe('/_sellia/connect');
    expect(relay.requests[0]?.headers.authorization).toBe('Bearer SECRET');
    expect(relay.requests[0]?.headers.origin).toBeUndefined();
    expect(relay.opens[0]).toMatchObject({ kind: 'http', name: 'my-app', lease: '' });
    expect((await relay.ask(relay.last).done()).body).toBe('ok');
    expect(tunnel.stats().sockets).toBe(1);
  });

  it('knows the link that carries it', async () => {
    const { relay, server } = await relayAt();
    const tunnel = await open(server, { agent: 'a-test/1' });
    const link = tunnel.link;
    expect(link).toMatchObject({
      relay: `127.0.0.1:${relay.port}`,
      agent: 'a-test/1',
      version: 1,
      session: relay.last.id,
      maxStreams: 10_000,
      graceMs: 0,
    });
    expect(Math.abs(Date.now() - (link?.connectedAt ?? 0))).toBeLessThan(60_000);
    const again = nextStatus(tunnel, 'public');
    relay.last.close('SELLIA_GOING_AWAY', 'a test');
    await again;
    expect(tunnel.link?.session).toBe(relay.last.id);
    expect(tunnel.link?.session).not.toBe(link?.session);
  });

  it('tells its status no more to whom has left', async () => {
    const { server } = await relayAt();
    const tunnel = await open(server);
    const heard: string[] = [];
    const listener = ({ state }: TunnelStatus) => heard.push(state);
    tunnel.on('status', listener);
    tunnel.off('status', listener);
    await tunnel.close({ drainMs: 0 });
    expect(heard).toEqual([]);
  });

  it.each([
    [401, 'SELLIA_UNAUTHORIZED'],
    [403, 'SELLIA_FORBIDDEN'],
    [404, 'SELLIA_NOT_A_RELAY'],
    [301, 'SELLIA_REDIRECTED'],
    [302, 'SELLIA_REDIRECTED'],
    [307, 'SELLIA_REDIRECTED'],
  ])('classifies HTTP %d and asks once', async (status, code) => {
    const { relay, server } = await relayAt();
    relay.judge = () => status;
    const error = await failure(connect({ server, upstream: '1', apiKey: 'SECRET' }));
    expect(error.code).toBe(code);
    expect(error.hint).not.toBe('');
    expect(error.docsUrl).toContain(code.toLowerCase());
    expect(error.message).not.toContain('SECRET');
    expect(relay.requests.length).toBe(1);
  });

  it('classifies what does not answer or speaks something else', async () => {
    const server = createServer((socket) => {
      socket.on('error', () => {});
      socket.resume().end('SSH-2.0-OpenSSH\r\n');
    });
    server.listen(0, '127.0.0.1');
    await once(server, 'listening');
    const { port } = server.address() as import('node:net').AddressInfo;
    const other = await failure(connect({ server: `http://127.0.0.1:${port}`, upstream: '1' }));
    expect(other.code).toBe('SELLIA_NOT_A_RELAY');
    const tls = await failure(connect({ server: `https://127.0.0.1:${port}`, upstream: '1' }));
    expect(tls.code).toBe('SELLIA_RELAY_TLS');
    server.close();
    await once(server, 'close');
    const none = await failure(connect({ server: `http://127.0.0.1:${port}`, upstream: '1' }));
    expect(none).toMatchObject({ code: 'SELLIA_RELAY_UNREACHABLE', side: 'link', retryable: true });
  });

  it('gives up on a server that never answers', async () => {
    const server = createServer(() => {});
    server.listen(0, '127.0.0.1');
    await once(server, 'listening');
    closers.push(() => server.close());
    const { port } = server.address() as import('node:net').AddressInfo;
    const at = `http://127.0.0.1:${port}`;
    const late = await failure(
      connect({ server: at, upstream: '1', limits: { dialTimeoutMs: 30 } }),
    );
    expect(late.code).toBe('SELLIA_RELAY_TIMEOUT');
    const given = new AbortController();
    const waiting = failure(connect({ server: at, upstream: '1', signal: given.signal }));
    given.abort();
    expect((await waiting).code).toBe('SELLIA_ABORTED');
  });

  it.each(['', 'localhost:3000', 'ftp://x', 'http://', 'http://user:pw@x'])(
    'refuses the server "%s"',
    async (server) => {
      const error = await failure(connect({ server, upstream: '1' }));
      expect(error.code).toBe('SELLIA_SERVER_INVALID');
      expect(error.message).not.toContain('pw');
    },
  );

  it.each([{ hostHeader: 'a\r\nb' }, { apiKey: 'k\n' }, { apiKey: 'schl\u00fcssel\u2026' }])(
    'refuses %j before it dials',
    async (options) => {
      const { relay, server } = await relayAt();
      const error = await failure(connect({ server, upstream: '1', ...options }));
      expect(error.code).toBe('SELLIA_OPTION_INVALID');
      expect(relay.requests).toEqual([]);
    },
  );

  it('sends no empty key', async () => {
    const { relay, server } = await relayAt();
    await open(server, { apiKey: '' });
    expect(relay.requests[0]?.headers.authorization).toBeUndefined();
  });

  it('tells why a tunnel was refused', async () => {
    const { relay, server } = await relayAt();
    relay.answer = (session, { tunnel }) => {
      const code = 'SELLIA_NAME_TAKEN';
      session.sendControl({
        type: 'tunnel.refused',
        tunnel,
        code,
        reason: 'the name is taken',
        hint: '',
      });
    };
    const error = await failure(connect({ server, upstream: '1', name: 'x' }));
    expect(error).toMatchObject({ code: 'SELLIA_NAME_TAKEN', message: 'The name is taken.' });
    expect(error.hint).toContain('another');
  });

  it('gives up on a relay that greets and says no more', async () => {
    const { relay, server } = await relayAt();
    relay.answer = () => {};
    const error = await failure(connect({ server, upstream: '1', limits: { readyTimeoutMs: 30 } }));
    expect(error.code).toBe('SELLIA_RELAY_TIMEOUT');
  });
});

describe('a tunnel', () => {
  it('dials again when the link is lost, and asks for its name with the lease', async () => {
    const { relay, server } = await relayAt();
    const tunnel = await open(server);
    const lost = nextStatus(tunnel, 'reconnecting');
    const back = nextStatus(tunnel, 'public');
    relay.cut();
    expect(await lost).toMatchObject({ attempt: 1, error: { code: 'SELLIA_LINK_LOST' } });
    await back;
    expect(relay.opens[1]).toMatchObject({ name: 'random', lease: 'lease of random' });
    expect((await relay.ask(relay.last).done()).body).toBe('ok');
  });

  it('keeps dialing while the relay is away', async () => {
    const { relay, server } = await relayAt();
    const { port } = relay;
    const tunnel = await open(server);
    let attempts = 0;
    tunnel.on('status', (status) => {
      if (status.state === 'reconnecting') attempts = status.attempt;
    });
    await relay.close();
    closers.splice(closers.length - 2, 0);
    const refused = guarded(
      new Promise<void>((resolve) => {
        tunnel.on('status', (status) => {
          if (status.state === 'reconnecting' && status.attempt >= 4) resolve();
        });
      }),
      'four attempts',
    );
    await refused;
    expect(attempts).toBeGreaterThanOrEqual(4);
    const back = nextStatus(tunnel, 'public');
    const again = new FakeRelay();
    await again.listen(port);
    closers.push(() => again.close());
    await back;
    expect(again.opens[0]).toMatchObject({ name: 'random', lease: 'lease of random' });
  });

  it.each([[401, 'SELLIA_UNAUTHORIZED']])(
    'ends when the relay says %d on reconnecting',
    async (status, code) => {
      const { relay, server } = await relayAt();
      const tunnel = await open(server);
      relay.judge = () => status;
      relay.cut();
      const error = await guarded(tunnel.closed, 'the end');
      expect(error?.code).toBe(code);
      expect(tunnel.status).toMatchObject({ state: 'closed', error: { code } });
    },
  );

  it.each(['SELLIA_NAME_RESERVED', 'SELLIA_VERSION'] as const)(
    'ends when the relay says %s on reconnecting',
    async (code) => {
      const { relay, server } = await relayAt();
      const tunnel = await open(server);
      relay.answer = (session, { tunnel: number }) => {
        const refusal = {
          type: 'tunnel.refused',
          tunnel: number,
          code,
          reason: '',
          hint: '',
        } as const;
        if (code === 'SELLIA_VERSION') session.close(code, 'too old');
        else session.sendControl(refusal);
      };
      relay.cut();
      expect((await guarded(tunnel.closed, 'the end'))?.code).toBe(code);
    },
  );

  it('ends when another client has taken the name over', async () => {
    const { relay, server } = await relayAt();
    const tunnel = await open(server);
    relay.last.sendControl({ type: 'tunnel.closed', tunnel: 1, reason: 'taken over' });
    expect((await guarded(tunnel.closed, 'the end'))?.code).toBe('SELLIA_TUNNEL_CLOSED');
  });

  it('ends with the link when it shall not reconnect', async () => {
    const { relay, server } = await relayAt();
    const tunnel = await open(server, { reconnect: false });
    relay.cut();
    expect((await guarded(tunnel.closed, 'the end'))?.code).toBe('SELLIA_LINK_LOST');
    expect(relay.sessions.length).toBe(1);
  });

  it('makes a new link before it breaks one that goes away, and loses no exchange', async () => {
    const { relay, server } = await relayAt();
    let release = () => {};
    const raw = new RawUpstream((socket) => {
      socket.write('HTTP/1.1 200 OK\r\nContent-Length: 4\r\n\r\nha');
      release = () => void socket.write('lf');
    });
    const port = await raw.listen();
    closers.push(() => raw.close());
    const tunnel = await open(server, { upstream: `${port}` });
    const states: string[] = [];
    tunnel.on('status', ({ state }) => states.push(state));
    const old = relay.last;
    const running = relay.ask(old);
    await running.until(() => running.body === 'ha', 'half of the body');
    old.goAway();
    await relay.until(() => relay.opens.length === 2, 'the second link');
    old.sendControl({ type: 'tunnel.closed', tunnel: 1, reason: 'taken over' });
    await relay.until(() => relay.sessions.length === 2, 'the second session');
    expect(old.state).toBe('open');
    expect(tunnel.stats().streams).toBe(1);
    release();
    expect((await running.done()).body).toBe('half');
    await relay.until(() => old.state === 'closed', 'the end of the first session');
    expect(relay.last.state).toBe('open');
    expect(states).not.toContain('reconnecting');
    expect(tunnel.status.state).toBe('public');
  });

  it('drains when it is closed: the name goes at once, running exchanges finish', async () => {
    const { relay, server } = await relayAt();
    let release = () => {};
    const raw = new RawUpstream((socket) => {
      release = () => void socket.write(OK);
    });
    const port = await raw.listen();
    closers.push(() => raw.close());
    const tunnel = await open(server, { upstream: `${port}` });
    const running = relay.ask(relay.last);
    await raw.until(() => raw.received[0] !== undefined && raw.received[0] !== '', 'the request');
    const closing = tunnel.close();
    await relay.until(
      () => relay.controls.some(({ type }) => type === 'tunnel.closed'),
      'the name',
    );
    expect(tunnel.status.state).toBe('closing');
    expect(relay.last.open).toBeDefined();
    release();
    expect((await running.done()).body).toBe('ok');
    await guarded(closing, 'the end');
    expect(tunnel.status).toEqual({ state: 'closed' });
    expect(await tunnel.closed).toBeUndefined();
    expect(tunnel.stats()).toEqual({ streams: 0, sockets: 0 });
  });

  it('does not wait for ever for what does not finish', async () => {
    const { relay, server } = await relayAt();
    const raw = new RawUpstream(() => {});
    const port = await raw.listen();
    closers.push(() => raw.close());
    const tunnel = await open(server, { upstream: `${port}` });
    const running = relay.ask(relay.last);
    await raw.until(() => raw.received[0] !== undefined && raw.received[0] !== '', 'the request');
    const patient = tunnel.close();
    await guarded(tunnel.close({ drainMs: 0 }), 'the end');
    await guarded(patient, 'the other end');
    await running.done();
    expect(running.reset).toBeDefined();
    await raw.until(() => raw.sockets.every((socket) => socket.destroyed), 'no connection');
  });

  it('gives up dialing when it is closed', async () => {
    const { relay, server } = await relayAt();
    const tunnel = await open(server, {
      limits: { reconnectBaseMs: 60_000, reconnectCapMs: 60_000 },
    });
    const lost = nextStatus(tunnel, 'reconnecting');
    relay.cut();
    await lost;
    await guarded(tunnel.close(), 'the end');
    expect(tunnel.status).toEqual({ state: 'closed' });
  });

  it('refuses streams of another tunnel or kind', async () => {
    const { relay, server } = await relayAt();
    await open(server);
    relay.opens[0] = { ...(relay.opens[0] as import('@sellia/protocol').TunnelOpen), tunnel: 7 };
    const answer = await relay.ask(relay.last).done();
    expect(answer.reset?.code).toBe('SELLIA_REFUSED');
  });
});
