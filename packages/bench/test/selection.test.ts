import { expect, test } from 'vitest';
import { readOptions } from '../src/options.ts';
import { select } from '../src/selection.ts';

const named = (...names: string[]) => names.map((name) => ({ name }));
const measurements = named('download-1', 'download-10', 'stall');
const subjects = named('direct', 'sellia', 'ssh -R');

function selected(...only: string[]): string {
  const selection = select(only, measurements, subjects);
  const list = (all: readonly { name: string }[]) => all.map(({ name }) => name).join(' ');
  const { micro } = selection;
  return `${list(selection.measurements)} | ${list(selection.subjects)} | ${micro}`;
}

test('everything without a name', () => {
  expect(selected()).toBe('download-1 download-10 stall | direct sellia ssh -R | true');
});

test('a whole name, or a beginning; the other kind stays whole', () => {
  expect(selected('download-1')).toBe('download-1 | direct sellia ssh -R | false');
  expect(selected('download', 'ssh')).toBe('download-1 download-10 | ssh -R | false');
});

test('micro alone runs nothing else', () => {
  expect(selected('micro')).toBe(' | direct sellia ssh -R | true');
});

test('a name of nothing is refused', () => {
  expect(() => selected('x')).toThrow('nothing is called "x"');
});

test('flags are read, and rounds are bounded', () => {
  expect(readOptions(['--smoke', '--only', 'a', '--only', 'b'])).toMatchObject({
    isSmoke: true,
    only: ['a', 'b'],
    rounds: 3,
  });
  expect(readOptions(['--help'])).toBeUndefined();
  expect(() => readOptions(['--rounds', '21'])).toThrow('1 to 20');
});
