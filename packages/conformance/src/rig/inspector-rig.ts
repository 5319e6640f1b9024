import { fileURLToPath } from 'node:url';
import type { Tunnel } from '@sellia/client';
import { Inspector, type InspectorOptions, shownTunnel } from '@sellia/inspector';
import type { Browser, BrowserContextOptions, Page } from 'playwright-core';
import { launchChromium } from '../browser/chromium.ts';
import { type InProcessRig, startRig } from './in-process-rig.ts';
import type { RigOptions } from './rig.ts';

/** Where the page was built to before the tests began. */
const PAGE = fileURLToPath(new URL('../../../../apps/inspector/dist', import.meta.url));

export interface InspectorRigOptions {
  /** Relay, client, origin; default as `startRig` has them. */
  readonly rig?: RigOptions;
  readonly inspector?: Partial<InspectorOptions>;
}

/**
 * A relay, a client, an origin, an inspector that shows the tunnel, and a Chromium to look at its
 * page. What a page complains of (errors, violations of its policy) fails `close`.
 */
export class InspectorRig {
  readonly rig: InProcessRig;
  readonly inspector: Inspector;
  readonly #browser: Browser;
  readonly #complaints: string[] = [];

  private constructor(rig: InProcessRig, inspector: Inspector, browser: Browser) {
    this.rig = rig;
    this.inspector = inspector;
    this.#browser = browser;
  }

  static async start(options: InspectorRigOptions = {}): Promise<InspectorRig> {
    const rig = await startRig(options.rig);
    const inspector = await Inspector.start({
      version: '0.0.0-test',
      port: 0,
      pageFolder: PAGE,
      ...options.inspector,
    });
    const browser = await launchChromium('MAP *.test 127.0.0.1');
    const started = new InspectorRig(rig, inspector, browser);
    started.showTunnel(rig.tunnel, 'localhost:3000');
    return started;
  }

  /** Shows one more tunnel; whoever made it ends it. */
  showTunnel(tunnel: Tunnel, target: string): void {
    this.inspector.show(shownTunnel(tunnel, target));
  }

  /** A fresh profile whose page has followed the printed link, at `path`. */
  async open(path = '/', options: BrowserContextOptions = {}): Promise<Page> {
    const context = await this.#browser.newContext({
      viewport: { width: 1280, height: 800 },
      ...options,
    });
    const page = await context.newPage();
    page.on('pageerror', (error) => this.#complaints.push(String(error.stack)));
    page.on('console', (message) => {
      if (message.type() === 'error') this.#complaints.push(message.text());
    });
    await page.goto(this.inspector.invitation);
    if (path !== '/') await page.goto(new URL(path, this.inspector.url).href);
    return page;
  }

  /** A visitor's browser at a public URL; it has nothing to do with the inspector. */
  async visit(url: string): Promise<Page> {
    const page = await (await this.#browser.newContext()).newPage();
    await page.goto(url);
    return page;
  }

  /** For complaints that a test provokes: what there was until now. */
  takeComplaints(): string[] {
    return this.#complaints.splice(0);
  }

  async close(): Promise<void> {
    await this.#browser.close();
    await this.inspector.close();
    await this.rig.close();
    const complaints = this.takeComplaints();
    if (complaints.length > 0) throw new Error(`the page complains: ${complaints.join('\n')}`);
  }
}
