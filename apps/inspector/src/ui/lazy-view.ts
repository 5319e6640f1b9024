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

/** Loads them all once nothing else is to be done: when one is wanted, Sellia may have ended. */
export function loadViews(): void {
  requestIdleCallback(() => {
    // Without one that cannot be loaded now the page goes on; it is asked for again when it is wanted.
    for (const load of loads) load().catch(() => {});
  });
}
