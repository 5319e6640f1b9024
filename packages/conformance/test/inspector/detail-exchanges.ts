import type { Locator, Page } from 'playwright-core';
import { expect } from 'vitest';
import type { InspectorRig } from '../../src/rig/index.ts';

/** Lets a page read and write the clipboard. */
export const CLIPBOARD = { permissions: ['clipboard-read', 'clipboard-write'] };

/** `expect.poll` with the patience of a page on a busy machine. */
export function soon<T>(look: () => T | Promise<T>) {
  return expect.poll(look, { timeout: 15_000 });
}

/** Sends these bytes behind the request line and the Host line, and waits for all of the answer. */
export async function exchanged(
  { rig, inspector }: InspectorRig,
  line: string,
  rest: string | Uint8Array = '\r\n',
): Promise<string> {
  const before = inspector.store.version;
  const visitor = await rig.send(`${line} HTTP/1.1\r\n${rig.hostLine}`, {
    methods: [line.split(' ', 1)[0] ?? ''],
  });
  visitor.send(typeof rest === 'string' ? Buffer.from(rest) : rest);
  await visitor.response();
  visitor.destroy();
  const row = () => inspector.store.changesSince(before).records.at(-1)?.row;
  await soon(() => row()?.durationMs ?? -1).toBeGreaterThanOrEqual(0);
  return row()?.id ?? '';
}

/** The exchange beside the list. */
export function panelOf(page: Page): Locator {
  return page.getByRole('complementary', { name: 'Exchange' });
}

export async function openTab(page: Page, name: string): Promise<Locator> {
  await panelOf(page).getByRole('tab', { name }).click();
  const panel = panelOf(page).getByRole('tabpanel', { name });
  await panel.waitFor();
  return panel;
}

export function clipboard(page: Page): Promise<string> {
  return page.evaluate(() => navigator.clipboard.readText());
}

/** ... when it holds something else than before. */
export async function copied(page: Page, act: () => Promise<unknown>): Promise<string> {
  await page.evaluate(() => navigator.clipboard.writeText('nothing'));
  await act();
  await soon(() => clipboard(page)).not.toBe('nothing');
  return clipboard(page);
}

/** Id in the address. */
export function idOf(page: Page): string {
  return /\/r\/([^/?]+)/.exec(page.url())?.[1] ?? '';
}
