import { expect, test } from 'vitest';
import { chooseWait } from '../src/wait-choice.ts';

const file = { path: '/sellia.yml', isOpenToOthers: false, waitUpstream: '3s' };

test('a flag beats the environment, which beats the file; without any there is no wait', () => {
  expect(chooseWait('5s', { SELLIA_WAIT_UPSTREAM: '4s' }, file)).toBe(5_000);
  expect(chooseWait(undefined, { SELLIA_WAIT_UPSTREAM: '400ms' }, file)).toBe(400);
  expect(chooseWait(undefined, { SELLIA_WAIT_UPSTREAM: '' }, file)).toBe(3_000);
  expect(chooseWait('0', {}, file)).toBe(0);
  expect(chooseWait(undefined, {}, undefined)).toBe(0);
});

test.each(['5', 'soon', '', '-1s', '1m', '60s'])('"%s" is refused: usage as a flag', (text) => {
  const refusal = { code: 'SELLIA_OPTION_INVALID', exitCode: 2 };
  expect(() => chooseWait(text, {}, undefined)).toThrow(expect.objectContaining(refusal));
});

test('elsewhere it is wrong configuration, and the text says where', () => {
  const refusal = { exitCode: 3, message: expect.stringContaining('/sellia.yml: wait_upstream') };
  const wrong = { ...file, waitUpstream: 'soon' };
  expect(() => chooseWait(undefined, {}, wrong)).toThrow(expect.objectContaining(refusal));
  const env = { SELLIA_WAIT_UPSTREAM: 'soon' };
  expect(() => chooseWait(undefined, env, undefined)).toThrow(
    expect.objectContaining({ exitCode: 3 }),
  );
});
