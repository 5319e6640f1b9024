import type { IncomingMessage, ServerResponse } from 'node:http';
import type { InspectorOptions } from '@sellia/inspector';
import type { Locator, Page } from 'playwright-core';
import { GUARD_MS, InspectorRig } from '../../src/rig/index.ts';

/** An answer of the origin: whole, or by whoever wants to write it. */
export type Served =
  | {
      readonly type: string;
      readonly body: string | Uint8Array;
      readonly headers?: Readonly<Record<string, string>>;
    }
  | ((request: IncomingMessage, response: ServerResponse) => unknown);

interface Listed {
  readonly exchanges: readonly { readonly id: string }[];
}

/** An inspector whose origin answers as it is told, and pages that look at the answers. */
export class BodyStage {
  readonly rig: InspectorRig;
  readonly #served: Map<string, Served>;
  readonly #pages: Page[] = [];

  private constructor(rig: InspectorRig, served: Map<string, Served>) {
    this.rig = rig;
    this.#served = served;
  }

  static async start(inspector: Partial<InspectorOptions> = {}): Promise<BodyStage> {
    const served = new Map<string, Served>();
    const handler = (request: IncomingMessage, response: ServerResponse): void => {
      const found = served.get(request.url ?? '');
      if (typeof found === 'function') return void found(request, response);
      response.writeHead(200, { 'content-type': found?.type ?? '', ...found?.headers });
      response.end(found?.body);
    };
    return new BodyStage(
      await InspectorRig.start({ rig: { upstream: { handler } }, inspector }),
      served,
    );
  }

  /** Serves it at `path`, and a visitor asks for it. The id of the exchange, once it is over. */
  async exchange(path: string, served: Served, request: Sent = {}): Promise<string> {
    await this.begin(path, served, request);
    return this.idOf(path, '-is:pending');
  }

  /** ... without waiting for an end. */
  async begin(
    path: string,
    served: Served,
    { method = 'GET', headers = '', body = '' }: Sent = {},
  ) {
    this.#served.set(path, served);
    const { rig } = this.rig;
    const length = body.length === 0 ? '' : `Content-Length: ${body.length}\r\n`;
    const head = `${method} ${path} HTTP/1.1\r\n${rig.hostLine}${length}${headers}\r\n`;
    const visitor = await rig.send(Buffer.concat([Buffer.from(head), Buffer.from(body)]));
    return visitor;
  }

  /** Of the exchange at that path, as soon as `filter` lets it through. */
  async idOf(path: string, filter = ''): Promise<string> {
    const deadline = performance.now() + GUARD_MS;
    for (;;) {
      const id = await this.#find(`path:"${path}" ${filter}`);
      if (id !== undefined) return id;
      if (performance.now() > deadline) throw new Error(`no exchange of ${path}`);
    }
  }

  async #find(filter: string): Promise<string | undefined> {
    const { url, token } = this.rig.inspector;
    const query = new URLSearchParams({ filter, limit: '1' });
    const headers = { authorization: `Bearer ${token}` };
    const answer = await fetch(`${url}api/v1/exchanges?${query}`, { headers });
    return ((await answer.json()) as Listed).exchanges[0]?.id;
  }

  /** A page that shows what was answered with. */
  async look(path: string, served: Served): Promise<Page> {
    const id = await this.exchange(path, served);
    return this.open(`/r/${id}/response`);
  }

  async open(path: string): Promise<Page> {
    const page = await this.rig.open(path);
    this.#pages.push(page);
    return page;
  }

  /** Between two tests: all pages close. */
  async reset(): Promise<void> {
    for (const page of this.#pages.splice(0)) await page.context().close();
  }

  close(): Promise<void> {
    return this.rig.close();
  }
}

export interface Sent {
  readonly method?: string;
  /** Lines with their ends. */
  readonly headers?: string;
  readonly body?: string | Uint8Array;
}

/** The text that an editor in the page draws now. */
export function drawn(page: Page, label = 'Body'): Promise<string> {
  return linesIn(page.getByRole('textbox', { name: label, exact: true }));
}

/** Text with its line ends. */
export function linesIn(element: Locator): Promise<string> {
  // biome-ignore lint/performance/useDomNodeTextContent: lines are what is looked at
  return element.innerText();
}

/** The list of views of the body, not of a part in it. */
export function viewOf(page: Page): Locator {
  return page.getByRole('region', { name: 'Body' }).getByRole('combobox', { name: 'View' }).first();
}
