import { EventEmitter } from 'node:events';
import { expect, test } from 'vitest';
import { Ending } from '../src/index.ts';

class Keyboard extends EventEmitter {
  now = 0;
  readonly ending = new Ending(this, () => this.now);

  /** Whether the program has been told to stop at once. */
  isForced(): Promise<boolean> {
    const later = new Promise<false>((resolve) => setImmediate(resolve, false));
    return Promise.race([this.ending.forced.then(() => true as const), later]);
  }
}

test('the first signal asks, the second forces', async () => {
  const keyboard = new Keyboard();
  expect(keyboard.ending.asked.aborted).toBe(false);
  keyboard.emit('SIGINT');
  expect(keyboard.ending.asked.aborted).toBe(true);
  expect(await keyboard.isForced()).toBe(false);
  keyboard.now = 100;
  keyboard.emit('SIGINT');
  expect(await keyboard.isForced()).toBe(true);
});

test('a Ctrl-C that a wrapper passes on once more is one Ctrl-C', async () => {
  const keyboard = new Keyboard();
  keyboard.emit('SIGINT');
  keyboard.now = 99;
  keyboard.emit('SIGINT');
  expect(await keyboard.isForced()).toBe(false);
});

test('another signal is never the same keypress', async () => {
  const keyboard = new Keyboard();
  keyboard.emit('SIGINT');
  keyboard.emit('SIGTERM');
  expect(await keyboard.isForced()).toBe(true);
});

test('an end that the program itself asked for takes one signal to force', async () => {
  const keyboard = new Keyboard();
  keyboard.ending.ask();
  keyboard.emit('SIGINT');
  expect(await keyboard.isForced()).toBe(true);
});
