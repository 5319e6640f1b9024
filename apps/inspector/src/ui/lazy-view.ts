import { type ComponentType, type LazyExoticComponent, lazy } from 'react';

/** Views whose programs come later. */
const loads: (() => Promise<unknown>)[] = [];

/** A view that is loaded when it is first shown, or before, by `loadViews`. */
export function lazyView<Props>(
  load: () => Promise<ComponentType<Props>>,
): LazyExoticComponent<ComponentType<Props>> {
  loads.push(load);
  return lazy(async () => ({ default: await load() }));
}

/** Milliseconds until they are loaded where a browser (Safari) does not tell when it is idle. */
const SOON_MS = 1_000;

/** Loads them all once nothing else is to be done: when one is wanted, Sellia may have ended. */
export function loadViews(): void {
  if ('requestIdleCallback' in globalThis) requestIdleCallback(loadAll);
  else setTimeout(loadAll, SOON_MS);
}

/** Without one that cannot be loaded now the page goes on; it is asked for again when it is wanted. */
function loadAll(): void {
  for (const load of loads) load().catch(() => {});
}
