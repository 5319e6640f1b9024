import { Writable } from 'node:stream';
import { expect, test } from 'vitest';
import { LineWriter, styled } from '../src/index.ts';

/** A stream whose reader takes a chunk only when the test says so. */
class HeldStream extends Writable {
  readonly taken: string[] = [];
  #next: (() => void) | undefined;

  override _write(chunk: Buffer, _encoding: string, done: () => void): void {
    this.taken.push(chunk.toString());
    this.#next = done;
  }

  take(): void {
    const next = this.#next;
    this.#next = undefined;
    next?.();
  }
}

test('a string is escaped, a styled line is not', () => {
  const stream = new HeldStream();
  new LineWriter(stream).print('a\x1b[2J\nb');
  stream.take();
  new LineWriter(stream).print(styled`x ${'\x07'}`);
  stream.take();
  expect(stream.taken).toEqual(['a\\x1b[2J\\x0ab\n', 'x \\x07\n']);
});

test('a reader that stops reading costs lines, not memory', () => {
  const stream = new HeldStream();
  const writer = new LineWriter(stream);
  const line = 'x'.repeat(100_000);
  for (let i = 0; i < 100; i += 1) writer.print(line);
  expect(stream.writableLength).toBeLessThanOrEqual(1024 * 1024);
  for (let i = 0; i < 10; i += 1) stream.take();
  writer.print('last');
  for (let i = 0; i < 5; i += 1) stream.take();
  expect(stream.taken.at(-1)).toBe('(90 lines left out: nobody read them)\nlast\n');
});

test('a reader that is gone is told once and ends all printing', async () => {
  let times = 0;
  const stream = new Writable({
    write: (_chunk, _encoding, done) => done(Object.assign(new Error(), { code: 'EPIPE' })),
  });
  const writer = new LineWriter(stream, () => {
    times += 1;
  });
  writer.print('one', 'two');
  await new Promise((resolve) => stream.once('close', resolve));
  writer.print('three');
  await writer.flushed();
  expect(times).toBe(1);
});

test('a drawn line gives way to the next one, and to what is printed', () => {
  const stream = new HeldStream();
  const writer = new LineWriter(stream);
  const steps = [
    () => writer.draw('wait\x07', 9),
    () => writer.draw(styled`go`, 9),
    () => writer.print('line'),
    () => writer.draw('again', 9),
    () => writer.draw('', 0),
    () => writer.print('last'),
  ];
  for (const step of steps) {
    step();
    stream.take();
  }
  const erasure = `\r${' '.repeat(9)}\r`;
  expect(stream.taken).toEqual([
    'wait\\x07',
    `${erasure}go`,
    `${erasure}line\n`,
    'again',
    erasure,
    'last\n',
  ]);
});

test('a terminal that takes nothing gets no drawing piled up', () => {
  const stream = new HeldStream();
  const writer = new LineWriter(stream);
  for (let i = 0; i < 1000; i += 1) writer.draw(`in ${i} s`, 20);
  expect(stream.taken).toEqual(['in 0 s']);
  expect(stream.writableLength).toBeLessThan(100);
});
