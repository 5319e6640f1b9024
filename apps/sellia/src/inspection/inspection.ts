import { setTimeout as sleep } from 'node:timers/promises';
import type { Tunnel } from '@sellia/client';
import type { ConfigurationLine, Inspector, Neighbour, shownTunnel } from '@sellia/inspector';
import { VERSION } from '../version.ts';
import type { EarlyFeed } from './early-feed.ts';
import type { InspectorChoice } from './inspector-choice.ts';
import { pageFolder } from './page-folder.ts';
import type { InspectorRegistry, RunningInspector } from './registry.ts';
import { guarded, inInspector } from './scope.ts';

/** Connections of pages are cut, so that it takes no time. */
const CLOSE_MS = 1_000;

/** What the tunnel's program has of its inspector. Owner: the command, by `close`. */
export class Inspection {
  readonly #inspector: Inspector;
  readonly #registry: InspectorRegistry;
  /** Of the package that is loaded when it is needed. */
  readonly #shown: typeof shownTunnel;
  readonly #startedAt = Date.now();

  private constructor(
    inspector: Inspector,
    registry: InspectorRegistry,
    shown: typeof shownTunnel,
  ) {
    this.#inspector = inspector;
    this.#registry = registry;
    this.#shown = shown;
  }

  /** Loads and starts it; `registry` is where others of this user are found. Rejects when no port is free. */
  static start(
    choice: InspectorChoice,
    registry: InspectorRegistry,
    configuration: readonly ConfigurationLine[],
  ): Promise<Inspection> {
    return inInspector(async () => {
      const { Inspector, shownTunnel } = await import('@sellia/inspector');
      const { port, socketLevel, allowedHosts, isStrict } = choice;
      const folder = pageFolder();
      const inspector = await Inspector.start({
        version: VERSION,
        socketLevel,
        allowedHosts,
        isStrict,
        configuration,
        neighbours: () => registry.others().map(neighbourOf),
        ...(port === undefined ? {} : { port }),
        ...(folder === undefined ? {} : { pageFolder: folder }),
      });
      return new Inspection(inspector, registry, shownTunnel);
    });
  }

  /** Opens the page, and lets it read. */
  get invitation(): string {
    return this.#inspector.invitation;
  }

  /** Shows a tunnel, from the first exchange that `early` has. */
  show(tunnel: Tunnel, target: string, early: EarlyFeed): void {
    const subscribe: EarlyFeed['subscribe'] = (listener) => early.subscribe(guarded(listener));
    this.#inspector.show(this.#shown(tunnel, target, { subscribe }));
  }

  /** Says in the registry what it shows now. Throws when that cannot be written. */
  register(): void {
    const { url, token } = this.#inspector;
    const tunnels = this.#inspector.tunnels.map(({ name, url: at }) => ({ name, url: at }));
    this.#registry.enter({ url, token, tunnels, startedAt: this.#startedAt });
  }

  /** Its page, in a browser. Rejects where that fails; nobody should wait for it. */
  async open(): Promise<void> {
    const { openPage } = await import('./open-page.ts');
    await openPage(this.invitation);
  }

  /** Settles when it has ended, or soon: nothing of it must hold up the end of the program. */
  async close(): Promise<void> {
    this.#registry.leave();
    const closed = this.#inspector.close().catch(() => {});
    await Promise.race([closed, sleep(CLOSE_MS, undefined, { ref: false })]);
  }
}

function neighbourOf({ url, token, tunnels }: RunningInspector): Neighbour {
  return { url: `${url}?token=${token}`, tunnels };
}
