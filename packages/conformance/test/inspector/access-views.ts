import type { Locator, Page } from 'playwright-core';
import type { AllKinds } from './all-kinds.ts';

/** A view of the page: where it is, and what a person does there to see it. */
export interface View {
  readonly path: string;
  readonly act?: (page: Page) => Promise<unknown>;
}

/** All views, of an inspector that has seen everything. Each needs nothing of the one before. */
export function viewsOf(kinds: AllKinds): Readonly<Record<string, View>> {
  const at = (name: string, tab: string): string => `/r/${kinds.id(name)}/${tab}`;
  const dialog = (key: string) => async (page: Page) => {
    await page.keyboard.press(key);
    await page.getByRole('dialog').waitFor();
  };
  return {
    list: { path: '/' },
    'list, filtered': { path: '/?q=is%3Aerror' },
    'what the filter offers': { path: '/', act: offer },
    'what can be done with the list': {
      path: '/',
      act: (page) => page.getByRole('button', { name: 'View of the list' }).click(),
    },
    overview: { path: at('json', 'overview') },
    request: { path: at('json', 'request') },
    response: { path: at('json', 'response') },
    timing: { path: at('json', 'timing') },
    raw: { path: at('json', 'raw') },
    events: { path: at('events', 'events') },
    image: { path: at('image', 'response') },
    bytes: { path: at('bytes', 'response') },
    failure: { path: at('cut', 'overview') },
    tags: { path: at('html', 'overview'), act: (page) => page.keyboard.press('#') },
    note: {
      path: at('html', 'overview'),
      act: (page) => page.getByRole('button', { name: 'Note' }).click(),
    },
    edit: { path: at('json', 'overview'), act: dialog('e') },
    socket: { path: at('open', 'overview') },
    'socket, closed': { path: at('closed', 'overview') },
    handshake: { path: at('open', 'handshake') },
    activity: { path: at('open', 'activity') },
    messages: { path: at('open', 'messages') },
    'a message': { path: at('open', 'messages'), act: compose },
    comparison: { path: `/diff/${kinds.id('html')}/${kinds.id('error')}` },
    'HAR file': { path: '/import' },
    tunnels: { path: '/status' },
    'all programs': { path: '/all', act: (page) => page.getByRole('table').waitFor() },
    settings: { path: '/', act: dialog(',') },
    keys: { path: '/', act: dialog('?') },
    palette: { path: '/', act: dialog('Control+k') },
  };
}

async function offer(page: Page): Promise<void> {
  await page.keyboard.press('/');
  await page.keyboard.type('is:');
  await page.getByRole('listbox').first().waitFor();
}

async function compose(page: Page): Promise<void> {
  await page.getByRole('button', { name: 'Send a message…' }).click();
  await page.getByRole('textbox', { name: 'Message' }).fill('{"hello":"app"}');
}

/** Leads there, and waits until all of it is there. */
export async function show(page: Page, view: View): Promise<void> {
  await page.goto(new URL(view.path, page.url()).href);
  await page.getByText('Live', { exact: true }).waitFor();
  await page.waitForLoadState('networkidle');
  await view.act?.(page);
}

/** A part of what an element really looks like. */
export function looks(element: Locator, property: string): Promise<string> {
  return element.evaluate((it, name) => getComputedStyle(it).getPropertyValue(name), property);
}

/** How the browser draws a system colour now. */
export function systemColor(page: Page, name: string): Promise<string> {
  return page.evaluate((color) => {
    const probe = document.createElement('i');
    probe.style.color = color;
    probe.style.setProperty('forced-color-adjust', 'none');
    document.body.append(probe);
    const drawn = getComputedStyle(probe).color;
    probe.remove();
    return drawn;
  }, name);
}
