import { createServer, type RequestListener, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { Inspector } from '../../src/server/inspector.ts';
import type { Neighbour } from '../../src/server/options.ts';
import { FeedRig } from '../capture/feed-rig.ts';
import { shownTunnel } from './shown-tunnel.ts';

interface Joined {
  exchanges: { id: string; target: string; inspector?: { url: string; link: string } }[];
  answered: string[];
  silent: string[];
  problems: { message: string }[];
}

let neighbours: Neighbour[];
const inspectors: Inspector[] = [];
const servers: Server[] = [];
let here: Inspector;
let rig: FeedRig;
beforeEach(async () => {
  neighbours = [];
  [here, rig] = await start();
});
afterEach(async () => {
  await Promise.all(inspectors.splice(0).map((one) => one.close()));
  for (const server of servers.splice(0)) {
    server.closeAllConnections();
    await new Promise((resolve) => server.close(resolve));
  }
});

/** One that knows of `neighbours`, as all of them do. */
async function start(): Promise<[Inspector, FeedRig]> {
  const inspector = await Inspector.start({
    port: 0,
    version: '1',
    neighbours: () => neighbours.filter(({ url }) => url !== inspector.invitation),
  });
  inspectors.push(inspector);
  const feed = new FeedRig();
  inspector.show(shownTunnel(feed));
  return [inspector, feed];
}

/** One more that is known to the others. */
async function startNeighbour(): Promise<[Inspector, FeedRig]> {
  const started = await start();
  neighbours.push({ url: started[0].invitation, tunnels: [] });
  return started;
}

/** Something that says it is an inspector; where it is. */
async function pretend(listener: RequestListener): Promise<string> {
  const server = createServer(listener);
  servers.push(server);
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const origin = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
  neighbours.push({ url: `${origin}/?token=abc`, tunnels: [] });
  return origin;
}

async function ask(query = ''): Promise<Joined> {
  const headers = { authorization: `Bearer ${here.token}` };
  const url = `http://127.0.0.1:${here.port}/api/v1/joined${query}`;
  const response = await fetch(url, { headers });
  expect(response.status).toBe(200);
  return response.json() as Promise<Joined>;
}

const targets = async (query?: string) => (await ask(query)).exchanges.map(({ target }) => target);
const originOf = ({ url }: Inspector) => url.slice(0, -1);

/** A whole one at that time. */
function exchange(feed: FeedRig, target: string, at: number, status = 200): void {
  feed.now = at;
  const id = feed.open(target, ['Host', 'one.test', 'X-At', String(at)]);
  feed.answer(id, status);
  feed.close(id);
}

describe('one list of all programs', () => {
  test('joins them by time, whoever took them', async () => {
    const [one, oneRig] = await startNeighbour();
    const [two, twoRig] = await startNeighbour();
    exchange(oneRig, '/first', 1_000);
    exchange(rig, '/second', 2_000);
    exchange(twoRig, '/third', 3_000);
    exchange(oneRig, '/fourth', 4_000);
    exchange(rig, '/fifth', 5_000);
    const { exchanges, answered, silent, problems } = await ask();
    expect(exchanges.map(({ target, inspector }) => [target, inspector?.url])).toEqual([
      ['/fifth', undefined],
      ['/fourth', originOf(one)],
      ['/third', originOf(two)],
      ['/second', undefined],
      ['/first', originOf(one)],
    ]);
    expect([answered, silent, problems]).toEqual([[originOf(one), originOf(two)], [], []]);
    expect(await targets('?limit=2')).toEqual(['/fifth', '/fourth']);
  });

  test('leads to each of theirs', async () => {
    const [one, feed] = await startNeighbour();
    exchange(feed, '/theirs', 1_000);
    const [row] = (await ask()).exchanges;
    const link = row?.inspector?.link ?? '';
    expect(link).toBe(`${originOf(one)}/r/${row?.id}?token=${one.token}`);
    const followed = await fetch(link, { redirect: 'manual' });
    expect([followed.status, followed.headers.get('location')]).toEqual([303, `/r/${row?.id}`]);
  });

  test('is filtered in each of them, headers too', async () => {
    const [, feed] = await startNeighbour();
    exchange(feed, '/a', 1_000, 500);
    exchange(feed, '/b', 2_000);
    exchange(rig, '/c', 3_000, 502);
    const filter = (text: string) => `?filter=${encodeURIComponent(text)}`;
    expect(await targets(filter('status:5xx'))).toEqual(['/c', '/a']);
    expect(await targets(filter('header:x-at=2000'))).toEqual(['/b']);
    const { problems, exchanges } = await ask(filter('nonsense:x'));
    expect([problems.length, exchanges.length]).toEqual([1, 3]);
  });

  test('asks for the token, and for no more than is given', async () => {
    const url = `http://127.0.0.1:${here.port}/api/v1/joined`;
    expect((await fetch(url)).status).toBe(403);
    const headers = { authorization: `Bearer ${here.token}` };
    expect((await fetch(`${url}?limit=1001`, { headers })).status).toBe(400);
  });

  test('is its own where nothing else runs', async () => {
    exchange(rig, '/own', 1_000);
    expect(await ask()).toMatchObject({
      exchanges: [{ target: '/own' }],
      answered: [],
      silent: [],
    });
  });
});

describe('a neighbour is not waited for', () => {
  test('that is gone', async () => {
    const [gone] = await startNeighbour();
    await gone.close();
    exchange(rig, '/own', 1_000);
    const { exchanges, silent } = await ask();
    expect([exchanges.length, silent]).toEqual([1, [originOf(gone)]]);
  });

  test('that is slow, which is asked one thing at a time', async () => {
    let open = 0;
    let most = 0;
    const slow = await pretend((_, response) => {
      most = Math.max(most, ++open);
      response.once('close', () => open--);
    });
    const [, feed] = await startNeighbour();
    exchange(feed, '/theirs', 1_000);
    const answers = await Promise.all([ask(), ask('?limit=3'), ask('?limit=4')]);
    for (const { silent, exchanges } of answers) {
      expect([silent, exchanges.length]).toEqual([[slow], 1]);
    }
    expect(most).toBe(1);
  });

  test('whose turn comes is asked again', async () => {
    const asked: string[] = [];
    const quick = await pretend((request, response) => {
      asked.push(request.url ?? '');
      setImmediate(() => response.end('{"exchanges":[]}'));
    });
    const answers = await Promise.all([ask('?limit=1'), ask('?limit=2'), ask('?limit=3')]);
    expect(answers.map(({ answered }) => answered)).toEqual([[quick], [quick], [quick]]);
    expect(asked.sort()).toEqual([1, 2, 3].map((n) => `/api/v1/exchanges?filter=&limit=${n}`));
  });

  test('when this inspector ends', async () => {
    let isHeld = false;
    const held = new Promise<void>((resolve) => {
      void pretend((request) => {
        isHeld = true;
        request.socket.once('close', () => resolve());
      });
    });
    await expect.poll(() => neighbours.length).toBe(1);
    const answer = ask().catch(() => undefined);
    await expect.poll(() => isHeld).toBe(true);
    const startedAt = performance.now();
    await here.close();
    await held;
    await answer;
    // Not by its time being over.
    expect(performance.now() - startedAt).toBeLessThan(1_000);
  });
});

describe('a neighbour is not believed', () => {
  const silentOnes: [string, RequestListener][] = [
    ['no JSON', (_, response) => response.end('<html>')],
    ['no list', (_, response) => response.end('{"exchanges":{"length":3}}')],
    ['a refusal', (_, response) => response.writeHead(403).end('{"exchanges":[]}')],
    ['too much', (_, response) => void response.end(`{"exchanges":[],"x":"${BIG}"}`)],
    ['never an end', (_, response) => void flood(response)],
    ['half of it', (_, response) => response.writeHead(200, { 'content-length': 99 }).end('{')],
  ];
  for (const [name, listener] of silentOnes) {
    test(`that answers with ${name}`, async () => {
      const origin = await pretend(listener);
      exchange(rig, '/own', 1_000);
      const { exchanges, silent } = await ask();
      expect([exchanges.map(({ target }) => target), silent]).toEqual([['/own'], [origin]]);
    });
  }

  test('that has rows of another kind: those that fit are shown', async () => {
    const [, feed] = await startNeighbour();
    exchange(feed, '/theirs', 1_000);
    const [row] = (await ask()).exchanges;
    const rows = [
      null,
      { ...row, state: 'dreaming' },
      { ...row, inspector: { url: 'https://else.test', link: 'javascript:1' }, secret: 1 },
      { ...row, id: '../?x#"<' },
      ...Array.from({ length: 20 }, () => row),
    ];
    neighbours = [];
    const origin = await pretend((_, response) => {
      response.end(JSON.stringify({ exchanges: rows }));
    });
    const { exchanges, answered } = await ask('?limit=8');
    expect(answered).toEqual([origin]);
    // Of those that it was asked for, two do not fit.
    expect(exchanges).toHaveLength(6);
    expect(exchanges[0]).not.toHaveProperty('secret');
    expect(exchanges[0]?.inspector).toEqual({
      url: origin,
      link: `${origin}/r/${row?.id}?token=abc`,
    });
    expect(exchanges[1]?.inspector?.link).toBe(`${origin}/r/..%2F%3Fx%23%22%3C?token=abc`);
  });

  test('that leads elsewhere', async () => {
    let followed = 0;
    const elsewhere = await pretend((_, response) => {
      followed++;
      response.end('{"exchanges":[]}');
    });
    neighbours = [];
    const origin = await pretend((_, response) => {
      response.writeHead(302, { location: `${elsewhere}/` }).end();
    });
    expect((await ask()).silent).toEqual([origin]);
    expect(followed).toBe(0);
  });

  test('that is not of this machine: it is never asked', async () => {
    let asked = 0;
    const origin = await pretend((_, response) => {
      asked++;
      response.end('{"exchanges":[]}');
    });
    const port = new URL(origin).port;
    const foreign = [
      `http://127.0.0.2:${port}`,
      `http://127.0.0.1.nip.test:${port}`,
      `http://localhost.test:${port}`,
      `https://localhost:${port}`,
    ];
    neighbours = [...foreign, 'no URL', 'file:///etc/passwd'].map((url) => ({ url, tunnels: [] }));
    const { silent, answered } = await ask();
    expect(answered).toEqual([]);
    expect(silent).toEqual(foreign);
    expect(asked).toBe(0);
  });

  test('and at most so many are asked', async () => {
    let asked = 0;
    const origin = await pretend((_, response) => {
      asked++;
      response.end('{"exchanges":[]}');
    });
    const [only] = neighbours;
    neighbours = Array.from({ length: 40 }, () => only as Neighbour);
    const { answered, silent } = await ask();
    expect([answered.length, silent.length, asked]).toEqual([32, 8, 32]);
    expect(new Set(silent)).toEqual(new Set([origin]));
  });
});

const BIG = 'x'.repeat(8 * 1024 * 1024);

/** Until nobody reads any more. */
function flood(response: NodeJS.WritableStream): void {
  const chunk = Buffer.alloc(64 * 1024, 32);
  const more = (): void => {
    while (response.write(chunk));
  };
  response.on('drain', more);
  more();
}
