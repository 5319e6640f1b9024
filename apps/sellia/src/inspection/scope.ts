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

/**
 * A listener of the inspector's, called by others for each fact of a feed. One that throws is not called
 * again, and `fail` gets the error: as its uncaught exception, unless told otherwise. It must start nothing
 * that runs later: a scope entered for each fact would cost more than most listeners do.
 */
export function guarded<Told>(listener: (told: Told) => void, fail = throwLater) {
  let isBroken = false;
  return (told: Told): void => {
    if (isBroken) return;
    try {
      listener(told);
    } catch (error) {
      isBroken = true;
      inInspector(() => fail(error));
    }
  };
}

function throwLater(error: unknown): void {
  queueMicrotask(() => {
    throw error;
  });
}
