import { CLIENT_ERRORS } from '@sellia/client';
import { ERRORS } from '@sellia/protocol';
import { FAILURES, type Failure, START_FAILURES } from '@sellia/relay';
import { PROGRAM_ERRORS } from '@sellia/terminal';

interface Row {
  side?: string;
  retryable?: boolean;
  wire?: number;
  failure?: Failure;
  hint?: string;
  exitCode?: number;
  where: string[];
}

const INTRO = `# Errors

<!-- Written by \`pnpm docs\` from the tables in the code; a test compares the two. -->

Every code that Sellia says, in one list. Visitors get it in the body of the relay's own answers (JSON,
HTML or text, as \`Accept\` asks) and in the header \`X-Sellia-Error\`; library users in \`error.code\`; the
command line prints it in brackets. Decide by the code, never by the words around it.

**Side** says whose doing it was: the visitor's, the relay's, the link's between relay and client, the
client's or the upstream's. **Wire** is the number in RESET, STOP and GOAWAY frames.
`;

/** The page on errors, made from every table of codes. */
export function errorsPage(): string {
  const rows = collect();
  const sections = [...rows.keys()].sort().map((code) => section(code, rows.get(code) as Row));
  return `${INTRO}\n${sections.join('\n')}`;
}

function collect(): Map<string, Row> {
  const rows = new Map<string, Row>();
  const row = (code: string, where: string): Row => {
    const known = rows.get(code) ?? { where: [] };
    known.where.push(where);
    rows.set(code, known);
    return known;
  };
  for (const [code, { wire, side, retryable }] of Object.entries(ERRORS)) {
    Object.assign(row(code, 'frames'), { wire, side, retryable });
  }
  for (const [code, failure] of Object.entries(FAILURES)) {
    Object.assign(row(code, 'answers of the relay'), { failure });
  }
  for (const [code, kind] of Object.entries(CLIENT_ERRORS)) {
    Object.assign(row(code, 'errors of `connect`'), kind);
  }
  for (const [code, { retryable, hint }] of Object.entries(START_FAILURES)) {
    Object.assign(row(code, 'errors of `createRelay`'), { side: 'relay', retryable, hint });
  }
  for (const [code, { about, exitCode }] of Object.entries(PROGRAM_ERRORS)) {
    Object.assign(row(code, 'the programs'), { hint: about, exitCode });
  }
  return rows;
}

function section(code: string, row: Row): string {
  const { failure } = row;
  const facts = [
    failure === undefined ? '' : `status ${failure.status}`,
    failure?.retryAfter === undefined ? '' : `\`Retry-After: ${failure.retryAfter}\``,
    row.side === undefined ? '' : `side: ${row.side}`,
    row.retryable === undefined ? '' : row.retryable ? 'worth another try' : 'final',
    row.wire === undefined ? '' : `wire ${row.wire}`,
    row.exitCode === undefined ? '' : `exit code ${row.exitCode}`,
    `in ${row.where.join(', ')}`,
  ];
  const words = [failure?.reason, row.hint || failure?.hint].filter((text) => text);
  const lines = [`## ${code}`, '', facts.filter((fact) => fact !== '').join(' · '), ''];
  if (words.length > 0) lines.push(words.join(' '), '');
  return lines.join('\n');
}
