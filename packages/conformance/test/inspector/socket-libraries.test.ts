/** WebSockets as programs make them: a Socket.IO chat, a GraphQL subscription, a burst. */
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { buildSchema, parse, subscribe } from 'graphql';
import { createClient } from 'graphql-ws';
import { useServer } from 'graphql-ws/use/ws';
import type { Page } from 'playwright-core';
import { Server as ChatServer } from 'socket.io';
import { io } from 'socket.io-client';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { WebSocket, WebSocketServer } from 'ws';
import { InspectorRig } from '../../src/rig/index.ts';
import { SocketStage } from './socket-stage.ts';

let stage: SocketStage;
beforeAll(async () => {
  stage = await SocketStage.open();
});
afterAll(() => stage.close());

/** Polls as long as a loaded machine may need. */
const soon = <T>(look: () => T | Promise<T>) => expect.poll(look, { timeout: 20_000 });
const lines = (page: Page) => page.getByRole('listbox', { name: 'Messages' }).getByRole('option');

/** A rig before an upstream of its own, whose WebSockets are recorded from their first message. */
async function recordedRig(port: number): Promise<InspectorRig> {
  const upstream = { url: `http://127.0.0.1:${port}` };
  return InspectorRig.start({ rig: { upstream }, inspector: { socketLevel: 'full' } });
}

async function openMessages(rig: InspectorRig, target: string): Promise<Page> {
  const page = await rig.open();
  const id = await page.waitForFunction(async (part) => {
    const answer = await fetch('/api/v1/exchanges?filter=is:ws');
    const { exchanges } = (await answer.json()) as { exchanges: { id: string; target: string }[] };
    return exchanges.find((exchange) => exchange.target.includes(part))?.id;
  }, target);
  await page.goto(new URL(`/r/${await id.jsonValue()}/messages`, rig.inspector.url).href);
  return page;
}

test('a Socket.IO chat is read: events, acknowledgements, attachments', async () => {
  const http = createServer();
  const chat = new ChatServer(http);
  chat.on('connection', (socket) => {
    socket.on('say', (text: string, heard: (answer: string) => void) => {
      heard(`heard ${text}`);
      socket.emit('picture', Buffer.from([1, 2, 3]));
    });
  });
  await new Promise<void>((resolve) => http.listen(0, '127.0.0.1', resolve));
  const rig = await recordedRig((http.address() as AddressInfo).port);
  const visitor = io(`http://127.0.0.1:${rig.rig.port}`, {
    transports: ['websocket'],
    extraHeaders: { Host: rig.rig.host },
  });
  try {
    await new Promise<void>((resolve) => visitor.once('connect', resolve));
    const picture = new Promise((resolve) => visitor.once('picture', resolve));
    expect(await visitor.emitWithAck('say', 'hello')).toBe('heard hello');
    await picture;
    const page = await openMessages(rig, '/socket.io/');
    await soon(async () => (await lines(page).allTextContents()).join('\n')).toMatch(
      /event #0 \["say","hello"\][\s\S]*ack #0 \["heard hello"\][\s\S]*binary event[\s\S]*attachment, 3 bytes: 010203/,
    );
    await lines(page).filter({ hasText: '"say"' }).click();
    const chosen = page.getByRole('region', { name: 'Selected message' });
    await soon(() => chosen.textContent()).toMatch(/eventsay.*ack id0/);
  } finally {
    visitor.close();
    await rig.close();
    await chat.close();
  }
});

test('a GraphQL subscription is read: operation, results, end', async () => {
  const schema = buildSchema('type Query { a: Int } type Subscription { count: Int }');
  const http = createServer();
  const sockets = new WebSocketServer({ server: http });
  const rootValue = {
    async *count() {
      for (let count = 1; count <= 3; count++) yield { count };
    },
  };
  // Executed here: the library may have loaded another copy of graphql than this file.
  const onSubscribe = (_context: unknown, _id: string, { query }: { readonly query: string }) => ({
    ...{ schema, rootValue, document: parse(query) },
  });
  useServer({ onSubscribe, subscribe }, sockets);
  await new Promise<void>((resolve) => http.listen(0, '127.0.0.1', resolve));
  const rig = await recordedRig((http.address() as AddressInfo).port);
  class HostedSocket extends WebSocket {
    constructor(url: string, protocols: string) {
      super(url, protocols, { headers: { Host: rig.rig.host } });
    }
  }
  const url = `ws://127.0.0.1:${rig.rig.port}/graphql`;
  const client = createClient({ url, webSocketImpl: HostedSocket });
  try {
    const results: unknown[] = [];
    for await (const result of client.iterate({ query: 'subscription Counting { count }' })) {
      results.push(result.data);
    }
    expect(results).toHaveLength(3);
    const page = await openMessages(rig, '/graphql');
    await soon(async () => (await lines(page).allTextContents()).join('\n')).toMatch(
      /connection_init[\s\S]*connection_ack[\s\S]*subscribe \S+ subscription Counting[\s\S]*next [\s\S]*complete/,
    );
    await page.getByRole('tab', { name: 'Handshake' }).click();
    await page.getByText('graphql-transport-ws').first().waitFor();
  } finally {
    await client.dispose();
    await rig.close();
    sockets.close();
    http.closeAllConnections();
    await new Promise((resolve) => http.close(resolve));
  }
});

test('10,000 messages a second do not freeze the page', async () => {
  const { visitor, upstream } = await stage.pair('/burst');
  let heard = 0;
  upstream.on('message', () => {
    heard += 1;
  });
  const page = await stage.look('messages', stage.newest);
  await page.getByRole('button', { name: 'Record beginnings' }).click();
  await page.getByRole('button', { name: 'Stop', exact: true }).waitFor();
  await page.evaluate(() => {
    const state = { longest: 0, last: performance.now() };
    Object.assign(globalThis, { burst: state });
    const frame = (now: number): void => {
      state.longest = Math.max(state.longest, now - state.last);
      state.last = now;
      requestAnimationFrame(frame);
    };
    requestAnimationFrame(frame);
  });
  const TOTAL = 20_000;
  // In turns: one that never ends would be this process's own freeze.
  for (let i = 0; i < TOTAL; i += 500) {
    for (let n = i; n < i + 500; n++) visitor.send(JSON.stringify({ n, text: 'burst' }));
    await new Promise((resolve) => setImmediate(resolve));
  }
  await soon(() => heard).toBe(TOTAL);
  await soon(() => lines(page).last().textContent()).toContain(`{"n":${TOTAL - 1},`);
  const longest = await page.evaluate(
    () => (Reflect.get(globalThis, 'burst') as { longest: number }).longest,
  );
  // Two processors are shared with relay, client, upstream, visitor and other tests.
  expect(longest).toBeLessThan(1_500);
  await page.getByText(/went by too fast/).waitFor();
  // It still answers.
  await page.getByRole('tab', { name: 'Overview' }).click();
  const up = page.getByRole('region', { name: 'Visitor to your app' });
  await soon(() => up.textContent()).toContain('20,000 messages');
});
