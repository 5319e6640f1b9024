import { limits } from '@sellia/protocol';
import { DialError } from '@sellia/session';
import { describe, expect, test } from 'vitest';
import { CONTROL_PATH } from '../src/index.ts';
import { ask, RelayFixture } from './relay-fixture.ts';

const HANDSHAKE =
  `GET ${CONTROL_PATH} HTTP/1.1\r\nHost: test\r\nConnection: Upgrade\r\nUpgrade: websocket\r\n` +
  'Sec-WebSocket-Version: 13\r\nSec-WebSocket-Key: AAAAAAAAAAAAAAAAAAAAAA==\r\n';
const PROTOCOL = `Sec-WebSocket-Protocol: ${limits.SUBPROTOCOL}\r\n`;

function refusal(fixture: RelayFixture, key?: string): Promise<unknown> {
  const dial = fixture.client(key === undefined ? {} : { key });
  return dial.then(
    () => 'admitted',
    (error: unknown) => (error instanceof DialError ? error.status : error),
  );
}

describe('keys', () => {
  test('with keys, only their bearers are admitted', async () => {
    await using fixture = await RelayFixture.start({ keys: ['right-key', 'other-key'] });
    expect(await refusal(fixture, 'right-key')).toBe('admitted');
    expect(await refusal(fixture, 'other-key')).toBe('admitted');
    for (const key of [undefined, 'wrong-key', 'right-ke', 'right-keyy', 'x'.repeat(8_000)]) {
      expect(await refusal(fixture, key)).toBe(401);
    }
    expect(fixture.relay.stats().sessions).toBe(2);
    expect(JSON.stringify(fixture.events)).not.toContain('-key');
  });

  test('where none is required, a wrong one is still wrong', async () => {
    await using fixture = await RelayFixture.start({ keys: ['right-key'], requireAuth: false });
    expect(await refusal(fixture)).toBe('admitted');
    expect(await refusal(fixture, 'right-key')).toBe('admitted');
    expect(await refusal(fixture, 'wrong-key')).toBe(401);
  });

  test('a relay without keys takes anybody', async () => {
    await using fixture = await RelayFixture.start();
    expect(await refusal(fixture, 'any-key')).toBe('admitted');
  });
});

describe('the door', () => {
  const refused: [string, string, number][] = [
    ['a web page', `${PROTOCOL}Origin: http://evil.example\r\n`, 403],
    ['another subprotocol', 'Sec-WebSocket-Protocol: chat\r\n', 400],
    ['no subprotocol', '', 400],
  ];
  for (const [what, lines, status] of refused) {
    test(`refuses ${what} with ${status}`, async () => {
      await using fixture = await RelayFixture.start();
      const visitor = await fixture.visitor(`${HANDSHAKE}${lines}\r\n`);
      expect(await visitor.closed()).toBe('fin');
      expect(visitor.text).toMatch(new RegExp(`^HTTP/1.1 ${status} `));
    });
  }

  test('is not on a tunnel’s host', async () => {
    await using fixture = await RelayFixture.start();
    const client = await fixture.tunnel();
    const bytes = `${HANDSHAKE}${PROTOCOL}\r\n`.replace('Host: test', 'Host: one.test');
    await fixture.visitor(bytes);
    expect((await client.stream()).target).toBe(CONTROL_PATH);
  });

  test('lets in so many strangers, and forgets those who do not introduce themselves', async () => {
    await using fixture = await RelayFixture.start({ limits: { pendingSessions: 2 } });
    for (let i = 0; i < 2; i++) {
      const stranger = await fixture.visitor(`${HANDSHAKE}${PROTOCOL}\r\n`);
      await stranger.until('101');
    }
    expect(await refusal(fixture)).toBe(503);
    await fixture.clock.advance(11_000);
    expect(await refusal(fixture)).toBe('admitted');
  });

  test('lets in so many clients', async () => {
    await using fixture = await RelayFixture.start({ limits: { sessions: 1 } });
    expect([await refusal(fixture), await refusal(fixture)]).toEqual(['admitted', 503]);
  });
});

describe('tunnels', () => {
  test('a random name, a wanted one, its URL', async () => {
    await using fixture = await RelayFixture.start();
    const client = await fixture.client();
    const random = await client.open('');
    expect(random.name).toMatch(/^[a-z0-9]{12}$/);
    expect(random.url).toBe(`http://${random.name}.test:${fixture.relay.port}`);
    expect((await client.open('MyApp', '', 2)).name).toBe('myapp');
    expect(fixture.relay.stats().tunnels).toBe(2);
  });

  const refused: [string, string][] = [
    ['ab', 'SELLIA_NAME_INVALID'],
    ['admin', 'SELLIA_NAME_RESERVED'],
    ['one', 'SELLIA_NAME_TAKEN'],
  ];
  for (const [name, code] of refused) {
    test(`${name} is ${code}`, async () => {
      await using fixture = await RelayFixture.start();
      await fixture.tunnel('one');
      const answer = await (await fixture.client()).ask(name);
      expect(answer).toMatchObject({ type: 'tunnel.refused', code });
    });
  }

  test('no more than the limit', async () => {
    await using fixture = await RelayFixture.start({ limits: { tunnelsPerSession: 1 } });
    const client = await fixture.tunnel();
    expect(await client.ask('two', '', 2)).toMatchObject({ code: 'SELLIA_TOO_MANY_TUNNELS' });
  });

  test('the same number twice ends the session', async () => {
    await using fixture = await RelayFixture.start();
    const client = await fixture.tunnel();
    client.session.sendControl({
      type: 'tunnel.open',
      tunnel: 1,
      kind: 'http',
      name: '',
      lease: '',
    });
    await client.inbox.until(() => client.closedBy === 'SELLIA_PROTOCOL');
  });

  test('a name is free when its client closes the tunnel or goes', async () => {
    await using fixture = await RelayFixture.start();
    const client = await fixture.tunnel();
    client.session.sendControl({ type: 'tunnel.closed', tunnel: 1, reason: '' });
    const second = await fixture.client();
    await fixture.inbox.until(() => fixture.relay.stats().tunnels === 0);
    await second.open('one');
    second.close();
    await fixture.inbox.until(() => fixture.relay.stats().tunnels === 0);
    await fixture.tunnel('one');
  });

  test('the right lease takes a name over at once, a wrong one does not', async () => {
    await using fixture = await RelayFixture.start();
    const old = await fixture.client();
    const { lease } = await old.open('one');
    const fresh = await fixture.client();
    expect(await fresh.ask('one', `${lease}x`)).toMatchObject({ code: 'SELLIA_NAME_TAKEN' });
    await fresh.open('one', lease, 2);
    await old.inbox.until(() => old.messages.some(({ type }) => type === 'tunnel.closed'));
    await fixture.visitor(ask('GET /'));
    await fresh.stream();
    expect(old.streams.length).toBe(0);
    old.close();
    await fixture.inbox.until(() => fixture.relay.stats().sessions === 1);
    expect(fixture.relay.stats().tunnels).toBe(1);
  });
});

test('reports go to a client that asks for them', async () => {
  await using fixture = await RelayFixture.start();
  const client = await fixture.tunnel('one', { capabilities: ['reports'], maxStreams: 1 });
  const visitor = await fixture.visitor(ask('GET /a'));
  const stream = await client.stream();
  const busy = await fixture.visitor(ask('GET /b'));
  await busy.until('SELLIA_TUNNEL_BUSY (');
  stream.answer('hello');
  await visitor.until('hello');
  const report = await client.inbox.until(() =>
    client.messages.find(({ type }) => type === 'exchange.report'),
  );
  expect(report).toMatchObject({ stream: stream.stream.id, status: 200, code: '' });
  const refused = client.messages.find(({ type }) => type === 'exchange.refused');
  expect(refused).toMatchObject({ tunnel: 1, status: 503, target: '/b', method: 'GET' });
});

describe('when stream numbers run out', () => {
  const LAST = 2 ** 31 - 1;

  test('the session leaves, and requests wait for the next one', async () => {
    await using fixture = await RelayFixture.start({ firstStreamId: LAST - 2 });
    const old = await fixture.client();
    const { lease } = await old.open('one');
    old.script = (stream) => stream.answer('old');
    for (let i = 0; i < 2; i++) await (await fixture.visitor(ask('GET /'))).until('old');
    await old.inbox.until(() => old.isLeaving);
    const waiting = await Promise.all([
      fixture.visitor(ask('GET /')),
      fixture.visitor(ask('GET /')),
    ]);
    const fresh = await fixture.client();
    fresh.script = (stream) => stream.answer('new');
    await fresh.open('one', lease);
    for (const visitor of waiting) await visitor.until('new');
    await fixture.clock.advance(500);
    await old.inbox.until(() => old.closedBy !== undefined);
  });

  test('they wait so long and so many', async () => {
    await using fixture = await RelayFixture.start({
      firstStreamId: LAST,
      limits: { heldRequests: 1 },
    });
    const client = await fixture.tunnel();
    client.script = (stream) => stream.answer('old');
    await (await fixture.visitor(ask('GET /'))).until('old');
    await client.inbox.until(() => client.isLeaving);
    const held = await fixture.visitor(ask('GET /'));
    await fixture.visitor(ask('GET /')).then((visitor) => visitor.until('SELLIA_TUNNEL_BUSY ('));
    await fixture.clock.advance(10_000);
    expect(await held.until('SELLIA_CLIENT_OFFLINE (')).toMatch(/^HTTP\/1.1 503 .*Retry-After: 5/s);
  });
});
