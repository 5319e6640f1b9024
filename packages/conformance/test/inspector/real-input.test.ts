/** What people have a tunnel for, as the inspector's page shows it. */
import { createHmac } from 'node:crypto';
import type { IncomingMessage, ServerResponse } from 'node:http';
import { afterEach, expect, test } from 'vitest';
import { InspectorRig } from '../../src/rig/index.ts';
import { greeting, writeViteApp } from '../../src/servers/vite-app.ts';
import { startVite } from '../../src/servers/vite-server.ts';
import { openTab, panelOf, soon } from './detail-exchanges.ts';

let rig: InspectorRig | undefined;
const endings: (() => Promise<void>)[] = [];
afterEach(async () => {
  await rig?.close();
  rig = undefined;
  for (const end of endings.splice(0).reverse()) await end();
});

function found({ inspector }: InspectorRig, path: string, kind = 'http'): string {
  for (const { row } of inspector.store.newest()) {
    if (row.kind === kind && row.target.startsWith(path)) return row.id;
  }
  return '';
}

async function shown(stage: InspectorRig, path: string, kind?: string) {
  await soon(() => found(stage, path, kind)).not.toBe('');
  return stage.open(`/r/${found(stage, path, kind)}`);
}

test('a Vite app: its modules, its socket, and the hot update in it', async () => {
  const app = await writeViteApp();
  endings.push(app.remove);
  const vite = await startVite(app.folder);
  endings.push(vite.close);
  rig = await InspectorRig.start({
    rig: {
      upstream: { url: `http://127.0.0.1:${vite.port}` },
      connectOptions: { hostHeader: 'upstream' },
    },
    inspector: { socketLevel: 'full' },
  });
  const visitor = await rig.visit(`http://one.test:${rig.rig.port}/`);
  await visitor.waitForSelector('#later');
  const page = await shown(rig, '/', 'websocket');
  await panelOf(page).getByText('vite-hmr').first().waitFor();
  const messages = await openTab(page, 'Messages');
  await app.edit('src/Greeting.tsx', greeting('Changed'));
  await soon(() => visitor.textContent('h1')).toBe('Changed, clicked 0');
  await messages.getByText('/src/Greeting.tsx').first().waitFor();
});

test('an upload: each part with its name, file and size', async () => {
  rig = await InspectorRig.start({ rig: { upstream: { handler: answerAll } } });
  const form = new FormData();
  form.set('title', 'Holiday');
  form.set('photo', new Blob([new Uint8Array(3000).fill(7)], { type: 'image/png' }), 'beach.png');
  await post(rig, '/upload', {}, await bodyOf(form));
  const page = await shown(rig, '/upload');
  const request = await openTab(page, 'Request');
  for (const text of ['title', 'Holiday', 'photo', 'beach.png']) {
    await request.getByText(text, { exact: false }).first().waitFor();
  }
});

test.each([
  ['/stripe', 'Stripe-Signature', (text: string) => `t=1,v1=${sign(`1.${text}`)}`],
  ['/github', 'X-Hub-Signature-256', (text: string) => `sha256=${sign(text)}`],
])(
  'a webhook at %s: read as JSON, and sent again with a signature that still holds',
  async (path, header, signed) => {
    const texts: string[] = [];
    rig = await InspectorRig.start({
      rig: {
        upstream: {
          handler: async (request, response) => {
            const text = await textOf(request);
            const isRight = request.headers[header.toLowerCase()] === signed(text);
            texts.push(`${isRight}`);
            response.writeHead(isRight ? 200 : 400).end();
          },
        },
      },
    });
    const text = JSON.stringify({
      id: 'evt_1',
      type: 'invoice.paid',
      amount: 12345678901234567890n.toString(),
    });
    await post(
      rig,
      path,
      { [header]: signed(text), 'Content-Type': 'application/json' },
      Buffer.from(text),
    );
    const page = await shown(rig, path);
    const request = await openTab(page, 'Request');
    await request.getByText('invoice.paid').first().waitFor();
    // The signature is a secret: it is shown when asked for.
    expect(await request.textContent()).not.toContain(signed(text).slice(-20));
    await panelOf(page)
      .getByRole('button', { name: /^Send again/ })
      .click();
    await page.getByRole('dialog').getByRole('button', { name: /Send/ }).click();
    await soon(() => texts).toEqual(['true', 'true']);
  },
);

async function answerAll(request: IncomingMessage, response: ServerResponse): Promise<void> {
  await textOf(request);
  response.end('taken');
}

async function textOf(request: IncomingMessage): Promise<string> {
  const chunks: Buffer[] = [];
  for await (const chunk of request) chunks.push(chunk);
  return Buffer.concat(chunks).toString();
}

interface Sent {
  readonly type: string;
  readonly bytes: Buffer;
}

async function bodyOf(form: FormData): Promise<Sent> {
  const response = new Response(form);
  const type = response.headers.get('content-type') ?? '';
  return { type, bytes: Buffer.from(await response.arrayBuffer()) };
}

async function post(
  { rig: tunnel }: InspectorRig,
  path: string,
  headers: Record<string, string>,
  body: Buffer | Sent,
): Promise<void> {
  const { type, bytes } = Buffer.isBuffer(body) ? { type: '', bytes: body } : body;
  const all = { ...headers, ...(type === '' ? {} : { 'Content-Type': type }) };
  const lines = Object.entries(all).map(([name, value]) => `${name}: ${value}\r\n`);
  const head = `POST ${path} HTTP/1.1\r\n${tunnel.hostLine}${lines.join('')}Content-Length: ${bytes.length}\r\n\r\n`;
  const visitor = await tunnel.send(head);
  visitor.send(bytes);
  await visitor.response();
  visitor.destroy();
}

function sign(text: string): string {
  return createHmac('sha256', 'whsec').update(text).digest('hex');
}
