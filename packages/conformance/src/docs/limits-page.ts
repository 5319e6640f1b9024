import { readFileSync } from 'node:fs';
import { DEFAULT_LIMITS as CLIENT } from '@sellia/client';
import { limits as WIRE } from '@sellia/protocol';
import { DEFAULT_LIMITS as RELAY } from '@sellia/relay';

const INTRO = `# Limits

<!-- Written by \`pnpm docs\` from the files named below; a test compares the two. -->

Every buffer, queue, table and wait has a bound. Sizes are bytes, times milliseconds (names end in
\`Ms\`), unless the text says otherwise. Those of the relay and of the client are options of
\`createRelay\` and \`connect\` (\`limits\`); those of the wire are part of the protocol.

How much memory a stream can hold: one window in each direction (256 KiB; grown ones up to 16 MiB on
long fast paths, 64 MiB of growth a session), in the process whose reader is slow, and 64 KiB where it
is written. An idle session holds no send buffer.
`;

/** The page on limits, made from the three files that name them. */
export function limitsPage(): string {
  const wire = table(wireRows());
  const relay = table(optionRows('packages/relay/src/limits.ts', RELAY));
  const client = table(optionRows('packages/client/src/limits.ts', CLIENT));
  return `${INTRO}
## The wire (\`packages/protocol/src/limits.ts\`)

${wire}
## The relay (\`packages/relay/src/limits.ts\`)

${relay}
## The client (\`packages/client/src/limits.ts\`)

${client}`;
}

type Row = readonly [name: string, value: string, why: string];

function table(rows: readonly Row[]): string {
  const lines = rows.map(([name, value, why]) => `| \`${name}\` | ${value} | ${why} |`);
  return ['| limit | value | why |', '| --- | --- | --- |', ...lines, ''].join('\n');
}

function wireRows(): Row[] {
  const values = new Map<string, unknown>(Object.entries(WIRE));
  return documented('packages/protocol/src/limits.ts', /export const (\w+)/).map(([name, why]) => [
    name,
    show(values.get(name)),
    why,
  ]);
}

function optionRows(file: string, defaults: object): Row[] {
  const values = new Map<string, unknown>(Object.entries(defaults));
  return documented(file, /readonly (\w+): number/).map(([name, why]) => [
    name,
    show(values.get(name)),
    why,
  ]);
}

/** Each declaration that `pattern` finds, with the comment above it; a second one shares it. */
function documented(file: string, pattern: RegExp): [string, string][] {
  const source = readFileSync(new URL(`../../../../${file}`, import.meta.url), 'utf8');
  const found: [string, string][] = [];
  let comment: string[] = [];
  let isOpen = false;
  for (const line of source.split(/\r?\n/)) {
    const text = line.trim();
    if (text.startsWith('/**')) {
      comment = [];
      isOpen = true;
    }
    if (isOpen)
      comment.push(
        text
          .replace(/^\/?\*+\/?/, '')
          .replace(/\*\/$/, '')
          .trim(),
      );
    if (text.endsWith('*/')) isOpen = false;
    const name = isOpen ? undefined : pattern.exec(text)?.[1];
    if (name !== undefined) found.push([name, comment.join(' ').trim().replaceAll('|', '\\|')]);
  }
  return found;
}

function show(value: unknown): string {
  if (typeof value !== 'number') return `\`${String(value)}\``;
  return value.toLocaleString('en-US');
}
