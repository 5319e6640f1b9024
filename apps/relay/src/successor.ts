import { type ChildProcess, spawn } from 'node:child_process';
import type { Server } from 'node:net';
import { durationText } from '@sellia/terminal';

/** In the environment of a successor, so that no other process with a channel takes itself for one. */
export const SUCCESSOR_VARIABLE = 'SELLIA_RELAY_SUCCESSOR';

/** A machine under load starts Node, strips types and reads the key in a few seconds. */
const START_MS = 20_000;

/** What the two processes say to each other. */
export type HandoverMessage =
  /** Old to new, first. `leaseKey` in base64url. */
  | { readonly type: 'key'; readonly leaseKey: string }
  /** New to old: all is built, the socket may come. */
  | { readonly type: 'waits' }
  /** Old to new, with the socket. */
  | { readonly type: 'socket' }
  /** New to old. */
  | { readonly type: 'listens' };

/**
 * Starts this program again, with the same arguments and environment, and gives it the socket that
 * this one listens on; both accept connections from then on.
 *
 *     this process               its successor
 *        | -- spawn, key ---------> |
 *        | <---------------- waits -|  everything is built
 *        | -- socket -------------> |
 *        | <-------------- listens -|
 *        |  stops listening, drains |
 *
 * Resolves to its process id when it listens. Rejects when it does not come that far; nothing has
 * changed then.
 */
export function startSuccessor(listener: Server, leaseKey: Uint8Array): Promise<number> {
  const child = spawn(process.execPath, [...process.execArgv, ...process.argv.slice(1)], {
    env: { ...process.env, [SUCCESSOR_VARIABLE]: '1' },
    stdio: ['inherit', 'inherit', 'inherit', 'ipc'],
  });
  return new Promise((resolve, reject) => {
    const settle = () => {
      clearTimeout(timer);
      child.removeAllListeners();
      // What goes wrong with it from here on is its own matter.
      child.on('error', ignore);
    };
    const give = (reason: string) => {
      settle();
      child.kill('SIGKILL');
      reject(new Error(reason));
    };
    const timer = setTimeout(
      () => give(`it does not listen after ${durationText(START_MS)}`),
      START_MS,
    );
    child.once('error', (error) => give(error.message));
    child.once('exit', (code, signal) => give(`it ended with ${code ?? signal}`));
    child.on('message', (message: HandoverMessage) => {
      if (message.type === 'waits') send(child, { type: 'socket' }, listener);
      if (message.type !== 'listens') return;
      settle();
      child.disconnect();
      child.unref();
      resolve(child.pid ?? 0);
    });
    send(child, { type: 'key', leaseKey: Buffer.from(leaseKey).toString('base64url') });
  });
}

/** A channel that is gone shows in the child's end. */
function send(child: ChildProcess, message: HandoverMessage, socket?: Server): void {
  if (child.connected) child.send(message, socket, ignore);
}

function ignore(): void {}
