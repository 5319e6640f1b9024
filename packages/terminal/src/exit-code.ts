/** How a program of Sellia ends. Scripts rely on these: never renumbered. */
export const ExitCode = {
  OK: 0,
  UNEXPECTED: 1,
  USAGE: 2,
  CONFIG: 3,
  AUTH: 4,
  RELAY: 5,
  NAME: 6,
  LOCAL: 7,
  LIMIT: 8,
  INSPECTOR: 9,
  REPLAY: 10,
  INTERRUPTED: 130,
} as const;
export type ExitCode = (typeof ExitCode)[keyof typeof ExitCode];

const MEANINGS: Record<ExitCode, string> = {
  0: 'ended as asked',
  1: 'something unexpected',
  2: 'wrong usage',
  3: 'wrong or missing configuration',
  4: 'the relay refused the API key',
  5: 'relay unreachable, or it speaks another protocol',
  6: 'name taken or not allowed',
  7: 'local service unreachable (with --require-local)',
  8: 'a limit of the relay is reached',
  9: 'no inspector runs, or none has this exchange',
  10: 'a replay was refused, or not answered with a status below 500',
  130: 'interrupted before it could end in order',
};

/** The part of `--help` that lists the codes a program can end with. */
export function exitCodesHelp(codes: readonly ExitCode[]): string {
  const lines = codes.map((code) => `  ${String(code).padEnd(4)} ${MEANINGS[code]}`);
  return `Exit codes:\n${lines.join('\n')}`;
}
