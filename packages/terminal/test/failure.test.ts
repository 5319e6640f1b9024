import { expect, test } from 'vitest';
import {
  ExitCode,
  exitCodesHelp,
  Failure,
  failureFields,
  failureLines,
  Palette,
  styled,
  unexpected,
  usageFailure,
} from '../src/index.ts';

const plain = new Palette(false);
const taken = new Failure('subdomain "api" is in use', {
  code: 'SELLIA_NAME_TAKEN',
  exitCode: ExitCode.NAME,
  hints: ['choose another', 'or leave --subdomain out'],
});

test('a failure is printed as code, message and hints', () => {
  expect(failureLines(taken, plain).map((line) => styled`${line}`.text)).toEqual([
    'error[SELLIA_NAME_TAKEN]: subdomain "api" is in use',
    'hint: choose another',
    'hint: or leave --subdomain out',
  ]);
});

test('what a hostile relay says is escaped', () => {
  const hostile = new Failure('\x1b[2J', { code: '\x07', exitCode: 1, hints: ['\u202e'] });
  expect(failureLines(hostile, plain).map((line) => styled`${line}`.text)).toEqual([
    'error[\\x07]: \\x1b[2J',
    'hint: \\u{202e}',
  ]);
});

test('a failure has the same facts for programs', () => {
  expect(failureFields(taken)).toEqual({
    code: 'SELLIA_NAME_TAKEN',
    message: 'subdomain "api" is in use',
    hint: 'choose another\nor leave --subdomain out',
    exitCode: 6,
  });
});

test('an unforeseen error keeps its message and its cause', () => {
  const error = new TypeError('x is not a function');
  expect(unexpected(error, 'report it')).toMatchObject({
    exitCode: 1,
    message: error.message,
    cause: error,
  });
  expect(unexpected('thrown', '').message).toBe('thrown');
});

test('a usage error keeps the suggestion as its first hint', () => {
  const failure = usageFailure(
    new Error("error: unknown option '--prot'\n(Did you mean --port?)"),
    'sellia help',
  );
  expect(failure).toMatchObject({
    message: "unknown option '--prot'",
    exitCode: 2,
    hints: ['did you mean --port?', 'sellia help lists what there is'],
  });
});

test('help lists the exit codes that a program has', () => {
  expect(exitCodesHelp([0, 130])).toBe(
    'Exit codes:\n  0    ended as asked\n  130  interrupted before it could end in order',
  );
});
