/** Every view against axe: light and dark, from a telephone to a wall. */
import type { Page } from 'playwright-core';
import { afterAll, afterEach, beforeAll, describe, test } from 'vitest';
import { InspectorRig } from '../../src/rig/index.ts';
import { AllKinds } from './all-kinds.ts';
import { audit } from './axe-audit.ts';

let kinds: AllKinds;
let page: Page;
beforeAll(async () => {
  kinds = await AllKinds.start();
});
afterEach(() => page?.context().close());
afterAll(() => kinds.close());

async function open(path = '/'): Promise<Page> {
  page = await kinds.rig.open(path);
  await page.getByText('Live', { exact: true }).waitFor();
  return page;
}

async function openTab(name: string, tab: string): Promise<void> {
  await open(`/r/${kinds.id(name)}/${tab}`);
  await page.getByRole('tabpanel').waitFor();
  await quiet();
}

/** What is loaded later is there. */
async function quiet(): Promise<void> {
  await page.waitForLoadState('networkidle');
}

describe('the list', () => {
  test('with rows of all kinds', async () => {
    await open();
    await page.getByText('/pending').first().waitFor();
    await audit(page, 'list');
  });

  test('where nothing matches', async () => {
    await open('/?q=path%3A%2Fnowhere');
    await quiet();
    await audit(page, 'list-no-match');
  });

  test('with suggestions of the filter', async () => {
    await open();
    await page.keyboard.press('/');
    await page.keyboard.type('st');
    await page.getByRole('listbox').first().waitFor();
    await audit(page, 'filter-suggestions');
  });

  test('with what is wrong in a filter', async () => {
    await open('/?q=status%3Aabc%20(');
    await quiet();
    await audit(page, 'filter-problems');
  });

  test('while capture is off', async () => {
    await open();
    await page.getByRole('button', { name: 'Capture is on: stop' }).click();
    await page.getByRole('region', { name: 'Notice' }).waitFor();
    await audit(page, 'list-capture-off');
    kinds.rig.inspector.store.isPaused = false;
  });

  test('without anything', async () => {
    const rig = await InspectorRig.start();
    const empty = await rig.open();
    await empty.getByText('Live', { exact: true }).waitFor();
    await empty.waitForLoadState('networkidle');
    try {
      await audit(empty, 'list-empty');
    } finally {
      await rig.close();
    }
  });
});

describe('an exchange', () => {
  for (const tab of ['overview', 'request', 'response', 'timing', 'raw']) {
    test(`its ${tab}`, async () => {
      await openTab('json', tab);
      await audit(page, `http-${tab}`);
    });
  }

  for (const name of ['html', 'image', 'bytes', 'moved', 'cut', 'pending', 'error']) {
    test(`the answer: ${name}`, async () => {
      await openTab(name, 'response');
      await audit(page, `http-response-${name}`);
    });
  }

  for (const name of ['cut', 'replay']) {
    test(`the overview: ${name}`, async () => {
      await openTab(name, 'overview');
      await audit(page, `http-overview-${name}`);
    });
  }

  test('events as they come', async () => {
    await openTab('events', 'events');
    await audit(page, 'events');
  });

  test('that is not there', async () => {
    await open('/r/nothing/overview');
    await quiet();
    await audit(page, 'http-unknown');
  });

  test('about to be edited and sent again', async () => {
    await openTab('json', 'overview');
    await page.keyboard.press('e');
    await page.getByRole('dialog').waitFor();
    await quiet();
    await audit(page, 'edit');
  });

  test('beside another', async () => {
    await open(`/diff/${kinds.id('html')}/${kinds.id('error')}`);
    await quiet();
    await audit(page, 'diff');
  });
});

describe('a WebSocket', () => {
  for (const tab of ['overview', 'handshake', 'activity', 'messages', 'raw']) {
    test(`its ${tab}`, async () => {
      await openTab('open', tab);
      await audit(page, `socket-${tab}`);
    });
  }

  test('a message that is written', async () => {
    await openTab('open', 'messages');
    await page.getByRole('button', { name: 'Send a message…' }).click();
    await page.getByRole('textbox', { name: 'Message' }).fill('{"hello":"app"}');
    await audit(page, 'socket-compose');
  });

  for (const name of ['closed', 'rejected']) {
    test(`that was ${name}`, async () => {
      await openTab(name, 'overview');
      await audit(page, `socket-${name}`);
    });
  }
});

describe('the rest of the page', () => {
  test('tunnels', async () => {
    await open('/status');
    await page.getByRole('link', { name: 'localhost:4999' }).waitFor();
    await audit(page, 'status');
  });

  test('all programs together', async () => {
    await open('/all');
    await page.getByText('No answer from localhost:4999.').waitFor();
    await page.getByText('/pending').first().waitFor();
    await audit(page, 'all');
  });

  test('all programs, where nothing matches', async () => {
    await open('/all?q=path%3A%2Fnowhere');
    await page.getByRole('button', { name: 'Clear the filter' }).waitFor();
    await audit(page, 'all-no-match');
  });

  for (const [name, title] of Object.entries({
    ',': 'Settings',
    '?': 'Keys',
    'Control+k': 'Find',
  })) {
    test(`the dialog ${title}`, async () => {
      await open();
      await page.keyboard.press(name);
      await page.getByRole('dialog', { name: title }).waitFor();
      await quiet();
      await audit(page, title.toLowerCase());
    });
  }

  test('the palette with what it finds', async () => {
    await open();
    await page.keyboard.press('Control+k');
    await page.keyboard.type('e');
    await page.getByText('Exchanges', { exact: true }).waitFor();
    await audit(page, 'palette-found');
  });

  test('the export, secrets kept', async () => {
    await open();
    await page.keyboard.press('Control+k');
    await page.keyboard.type('export');
    await page.keyboard.press('Enter');
    await page.getByLabel('Keep secrets').check();
    await audit(page, 'export');
  });

  test('a QR code', async () => {
    await open('/status');
    await page
      .getByRole('button', { name: /QR code/ })
      .first()
      .click();
    await page.getByRole('img', { name: /QR code of/ }).waitFor();
    await audit(page, 'qr');
  });

  test('a HAR file, before and after it is chosen', async () => {
    await open('/import');
    await page.getByLabel('HAR file').waitFor();
    await audit(page, 'import');
    const har = await page.request.get(new URL('/api/v1/export.har', page.url()).href);
    const buffer = await har.body();
    await page
      .getByLabel('HAR file')
      .setInputFiles({ name: 'capture.har', mimeType: 'application/json', buffer });
    await page.getByRole('listbox').focus();
    await page.keyboard.press('ArrowDown');
    await page.getByRole('complementary', { name: 'Exchange' }).waitFor();
    await audit(page, 'import-open');
  });

  test('a menu', async () => {
    await open();
    await page.setViewportSize({ width: 320, height: 640 });
    await page.getByRole('button', { name: 'Menu' }).click();
    await page.getByRole('menuitem', { name: 'Settings' }).waitFor();
    await audit(page, 'menu');
  });

  test('locked', async () => {
    await open();
    await page.context().clearCookies();
    await page.reload();
    await page.getByRole('heading', { name: 'This page is locked' }).waitFor();
    await audit(page, 'locked');
    kinds.rig.takeComplaints();
  });

  test('left alone by its program', async () => {
    const rig = await InspectorRig.start();
    const left = await rig.open();
    await left.getByText('Live', { exact: true }).waitFor();
    await rig.inspector.close();
    await left.getByRole('region', { name: 'Notice' }).waitFor();
    try {
      await audit(left, 'lost');
    } finally {
      rig.takeComplaints();
      await rig.close();
    }
  });
});
