import { AsyncLocalStorage } from 'node:async_hooks';

const scope = new AsyncLocalStorage<true>();

/** Runs what belongs to the inspector: its timers, sockets and promises are known as such then. */
export function inInspector<Result>(run: () => Result): Result {
  return scope.run(true, run);
}

/** For `uncaughtException`: whether it was thrown by the inspector, which must not end a tunnel. */
export function isOfInspector(): boolean {
  return scope.getStore() === true;
}
