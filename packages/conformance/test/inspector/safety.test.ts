/** What pages of others can do to the inspector from a real browser that may read it: nothing. */
import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import type { Page } from 'playwright-core';
import { afterAll, afterEach, beforeAll, describe, expect, test } from 'vitest';
import { InspectorRig } from '../../src/rig/index.ts';

let rig: InspectorRig;
let foreign: Server;
let page: Page;
/** Of the one exchange that everybody is after. */
let id: string;

beforeAll(async () => {
  rig = await InspectorRig.start();
  foreign = createServer((_request, response) => {
    response.setHeader('content-type', 'text/html').end('<!doctype html><title>evil</title>');
  });
  await new Promise<void>((resolve) => foreign.listen(0, '127.0.0.1', resolve));
  await rig.rig.ask('/treasure');
  id = [...rig.inspector.store.newest()][0]?.row.id ?? '';
});
afterEach(() => page.context().close());
afterAll(async () => {
  foreign.closeAllConnections();
  await new Promise((resolve) => foreign.close(resolve));
  await rig.close();
});

function own(path: string): string {
  return new URL(path, rig.inspector.url).href;
}

/** A page of somebody else, in the browser that has the cookie. `localhost` is the same site even. */
async function visit(host: string): Promise<void> {
  const known = await rig.open();
  page = await known.context().newPage();
  await known.close();
  await page.goto(`http://${host}:${(foreign.address() as AddressInfo).port}/`);
}

describe.each(['evil.test', 'localhost'])('a page of %s', (host) => {
  test('reads nothing', async () => {
    await visit(host);
    for (const path of [`/api/v1/exchanges/${id}`, '/api/tunnels', '/api/requests/http', '/']) {
      const read = await page.evaluate(
        (url) =>
          fetch(url, { credentials: 'include' }).then(
            (answer) => answer.text(),
            (error: Error) => error.name,
          ),
        own(path),
      );
      expect(read, path).toBe('TypeError');
    }
    expect(await page.evaluate(loadAsScript, own('/api/v1/exchanges'))).toBe('error');
  });

  test('changes nothing, by fetch or by a form', async () => {
    await visit(host);
    for (const [method, path] of [
      ['DELETE', '/api/v1/exchanges'],
      ['DELETE', '/api/requests/http'],
      ['PATCH', `/api/v1/exchanges/${id}`],
    ] as const) {
      const done = await page.evaluate(
        ([url, verb]) =>
          fetch(url, { method: verb, credentials: 'include', body: '{}' }).then(
            () => 'done',
            () => 'refused',
          ),
        [own(path), method] as const,
      );
      expect(done, `${method} ${path}`).toBe('refused');
    }
    for (const path of ['/api/requests/http', `/api/v1/exchanges/${id}/replay`]) {
      await page.evaluate(
        ([url, body]) =>
          fetch(url, { method: 'POST', mode: 'no-cors', credentials: 'include', body }).catch(
            () => 'refused',
          ),
        [own(path), JSON.stringify({ id })] as const,
      );
      await page.evaluate(postForm, [own(path), `{"id":"${id}","x":"`] as const);
    }
    expect([...rig.inspector.store.newest()].map(({ row }) => row.target)).toEqual(['/treasure']);
    expect(rig.rig.origin.exchanges).toHaveLength(1);
  });

  test('hears nothing over a socket', async () => {
    await visit(host);
    const heard = await page.evaluate(
      (url) =>
        new Promise<string[]>((resolve) => {
          const events: string[] = [];
          const socket = new WebSocket(url);
          socket.onopen = () => events.push('open');
          socket.onmessage = () => events.push('message');
          socket.onclose = () => resolve(events);
        }),
      own('/api/v1/live').replace('http', 'ws'),
    );
    expect(heard).toEqual([]);
  });

  test('cannot put it into a frame', async () => {
    await visit(host);
    await page.evaluate(
      (url) =>
        new Promise((resolve) => {
          const frame = document.createElement('iframe');
          frame.onload = resolve;
          frame.src = url;
          document.body.append(frame);
        }),
      rig.inspector.url,
    );
    const inside = page.frames()[1];
    expect(inside?.url()).toMatch(/^(chrome-error:.*)?$/);
    expect(await inside?.content()).not.toContain('id="page"');
  });
});

test('a name of somebody else that leads here gets no page, and reads nothing', async () => {
  page = await rig.open();
  const answer = await page.goto(`http://rebound.test:${rig.inspector.port}/`);
  expect(answer?.status()).toBe(403);
  const status = await page.evaluate(() => fetch('/api/v1/exchanges').then((it) => it.status));
  expect(status).toBe(403);
  expect(rig.takeComplaints().join()).toContain('403');
});

describe('the token', () => {
  test('is a cookie that no script reads and no other site sends', async () => {
    page = await rig.open();
    const cookies = await page.context().cookies();
    expect(cookies).toMatchObject([
      { name: `sellia_${rig.inspector.port}`, httpOnly: true, sameSite: 'Strict', path: '/' },
    ]);
    expect(await page.evaluate(() => document.cookie)).toBe('');
  });

  test('is gone from the address, the history, and all that a page can ask', async () => {
    page = await rig.open();
    const { token } = rig.inspector;
    const session = await page.context().newCDPSession(page);
    const { entries } = await session.send('Page.getNavigationHistory');
    expect(entries.map(({ url }) => url).join()).not.toContain(token);
    const told = await page.evaluate(() =>
      JSON.stringify([
        location.href,
        document.referrer,
        performance.getEntries(),
        { ...localStorage },
        { ...sessionStorage },
      ]),
    );
    expect(told).not.toContain(token);
  });

  test('without it the page is locked, and holds nothing', async () => {
    page = await rig.open();
    await page.context().clearCookies();
    await page.reload();
    await page.getByRole('heading', { name: 'This page is locked' }).waitFor();
    await page.getByText('Locked', { exact: true }).waitFor();
    expect(await page.content()).not.toContain('/treasure');
    expect(rig.takeComplaints().join()).toContain('403');
  });
});

test('nothing inline runs, wherever it comes from', async () => {
  page = await rig.open();
  const answer = await page.reload();
  const policy = answer?.headers()['content-security-policy'] ?? '';
  expect(policy).toContain("default-src 'self'");
  expect(policy).toContain("frame-ancestors 'none'");
  expect(policy).not.toMatch(/unsafe|\*|data:/);
  const ran = await page.evaluate(() => {
    const script = document.createElement('script');
    script.textContent = 'window.ran = true';
    document.body.append(script);
    document.body.insertAdjacentHTML('beforeend', '<img src="/x" onerror="window.ran = true">');
    return new Promise((resolve) => {
      document.querySelector('img[src="/x"]')?.addEventListener('error', () => {
        resolve('ran' in window);
      });
    });
  });
  expect(ran).toBe(false);
  expect(rig.takeComplaints().join()).toContain('Content Security Policy');
});

test('what visitors send is text in every list', async () => {
  page = await rig.open();
  const hostile = `/%3Csvg/onload=alert(1)%3E?'-alert(1)-'`;
  await rig.rig.ask(hostile, { headers: 'X-Evil: <script>alert(1)</script>\r\n' });
  let alerts = 0;
  page.on('dialog', (dialog) => {
    alerts++;
    void dialog.dismiss();
  });
  await page.getByText('svg/onload').first().waitFor();
  await page.keyboard.press('Control+k');
  await page.keyboard.type('onload');
  await page.getByRole('option', { name: /onload/ }).waitFor();
  await page.keyboard.press('Enter');
  await page.getByRole('tab', { name: 'Request' }).click();
  await page.getByText('alert(1)').first().waitFor();
  expect(await page.locator('#page img, #page svg[onload], #page script').count()).toBe(0);
  expect(alerts).toBe(0);
});

function loadAsScript(url: string): Promise<string> {
  return new Promise((resolve) => {
    const script = document.createElement('script');
    script.onload = () => resolve('loaded');
    script.onerror = () => resolve('error');
    script.src = url;
    document.body.append(script);
  });
}

/** As pages have always been able to: with the user's cookies, into a frame, JSON as text. */
function postForm([url, start]: readonly [string, string]): Promise<void> {
  return new Promise((resolve) => {
    const frame = document.createElement('iframe');
    frame.name = `frame${Math.random()}`;
    const form = document.createElement('form');
    form.action = url;
    form.method = 'POST';
    form.enctype = 'text/plain';
    form.target = frame.name;
    const field = document.createElement('input');
    field.name = start;
    field.value = '"}';
    form.append(field);
    document.body.append(frame, form);
    frame.onload = () => resolve();
    form.submit();
  });
}
