import { asciiJson, ExitCode, programFailure } from '@sellia/terminal';
import type { FoundInspector } from '../inspectors/find-inspectors.ts';
import { WholeFile } from '../output/whole-file.ts';
import { answered, inspectorsFor, type QueryContext, type QueryFlags } from './query.ts';

export interface ExportFlags extends QueryFlags {
  readonly output?: string;
  /** Keep passwords, tokens, cookies. */
  readonly secrets?: boolean;
}

/** Bytes of each file that are joined with others in memory. */
const JOINED_MAX = 256 * 1024 * 1024;

/** `sellia export`: exchanges as one HAR file, the oldest first. */
export function runExport(
  words: readonly string[],
  flags: ExportFlags,
  context: QueryContext,
): Promise<ExitCode> {
  return answered(context, async () => {
    const inspectors = await inspectorsFor(flags, context);
    const text = harText(inspectors, words.join(' '), flags.secrets ?? false);
    if (flags.output === undefined || flags.output === '-') await toStdout(text, context);
    else await toFile(text, flags.output);
    return ExitCode.OK;
  });
}

/** A terminal would obey what a visitor has sent; in ASCII a parser reads the same. */
async function toStdout(text: AsyncIterable<string>, { results, columns }: QueryContext) {
  const safe = columns === undefined ? (part: string) => part : asciiJson;
  for await (const part of text) await results.write(safe(part));
  await results.write('\n');
}

async function toFile(text: AsyncIterable<string>, path: string): Promise<void> {
  const file = new WholeFile(path);
  try {
    for await (const part of text) file.write(part);
    file.finish();
  } finally {
    file.close();
  }
}

/** As it comes from one inspector; of several as one. */
async function* harText(
  inspectors: readonly FoundInspector[],
  filter: string,
  keepsSecrets: boolean,
): AsyncGenerator<string> {
  const files = inspectors.map(({ client }) => client.har(filter, keepsSecrets));
  const [only] = files;
  if (files.length === 1 && only !== undefined) {
    yield* only;
    return;
  }
  const logs: Har[] = [];
  for (const file of files) logs.push(JSON.parse(await joined(file)) as Har);
  yield* oneHar(logs);
}

interface HarEntry {
  /** ISO 8601, in UTC: as text in the order of time. */
  readonly startedDateTime: string;
}

interface Har {
  readonly log: { readonly entries: readonly HarEntry[] };
}

function* oneHar(files: readonly Har[]): Generator<string> {
  const entries = files.flatMap(({ log }) => log.entries);
  entries.sort((a, b) => (a.startedDateTime < b.startedDateTime ? -1 : 1));
  const frame = JSON.stringify({ ...files[0], log: { ...files[0]?.log, entries: [] } });
  const end = frame.lastIndexOf(']');
  yield frame.slice(0, end);
  for (const [i, entry] of entries.entries()) yield `${i === 0 ? '' : ','}${JSON.stringify(entry)}`;
  yield frame.slice(end);
}

async function joined(file: AsyncIterable<string>): Promise<string> {
  let text = '';
  for await (const part of file) {
    text += part;
    if (text.length <= JOINED_MAX) continue;
    throw programFailure('SELLIA_USAGE', 'there is too much to be joined', [
      'narrow the filter, or name one inspector with --inspector',
    ]);
  }
  return text;
}
