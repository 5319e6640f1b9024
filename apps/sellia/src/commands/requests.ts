import type { ExchangeRow } from '@sellia/inspector/browser';
import { asciiJson, ExitCode, Styled, styled } from '@sellia/terminal';
import type { FoundInspector } from '../inspectors/find-inspectors.ts';
import { Follower } from '../inspectors/follower.ts';
import { type Newest, newest } from '../inspectors/newest.ts';
import { exchangeLine } from '../output/exchange-line.ts';
import { filterProblemLines } from '../output/filter-warning.ts';
import { answered, inspectorsFor, type QueryContext, type QueryFlags } from './query.ts';

export interface RequestsFlags extends QueryFlags {
  /** How many of the newest. */
  readonly number: number;
  readonly follow?: boolean;
}

interface Sighting {
  readonly row: ExchangeRow;
  readonly found: FoundInspector;
}

/** What one inspector had at first. */
type Page = Newest & { readonly found: FoundInspector };

type Printer = (sighting: Sighting) => Promise<void>;

/** `sellia requests`: the newest exchanges of all inspectors, the newest last, and what follows. */
export function runRequests(
  words: readonly string[],
  flags: RequestsFlags,
  context: QueryContext,
): Promise<ExitCode> {
  return answered(context, async () => {
    const filter = words.join(' ');
    const inspectors = await inspectorsFor(flags, context);
    const pages = await Promise.all(
      inspectors.map(async (found): Promise<Page> => {
        return { found, ...(await newest(found.client, filter, flags.number)) };
      }),
    );
    for (const problem of pages[0]?.problems ?? []) {
      context.notes.print(...filterProblemLines(filter, problem, context.notesPalette));
    }
    const seen = inTime(pages.flatMap(({ found, rows }) => rows.map((row) => ({ row, found }))));
    const hasTunnel = new Set(seen.map(({ row }) => row.tunnel)).size + inspectors.length > 2;
    const print = printerOf(flags, context, hasTunnel);
    // The slice of none is all.
    const shown = flags.number === 0 ? [] : seen.slice(-flags.number);
    for (const sighting of shown) await print(sighting);
    if (flags.follow) await followAll(pages, filter, print, context);
    return ExitCode.OK;
  });
}

/** Until all programs have ended, or the user has enough, which is an end as asked. */
async function followAll(
  pages: readonly Page[],
  filter: string,
  print: Printer,
  { ending, notes }: QueryContext,
): Promise<void> {
  const { asked } = ending;
  const follow = async ({ found, rows, version }: Page): Promise<void> => {
    const show = async (news: readonly ExchangeRow[]): Promise<void> => {
      for (const row of news) await print({ row, found });
    };
    const follower = new Follower(found, { filter, show, asked });
    follower.wasShown(rows);
    await follower.run(version);
    notes.print(styled`the inspector at ${found.client.url} has ended`);
  };
  try {
    await Promise.all(pages.map(follow));
  } catch (error) {
    if (!asked.aborted) throw error;
  }
}

function inTime(seen: Sighting[]): Sighting[] {
  return seen.sort((a, b) => a.row.startedAt - b.row.startedAt || a.row.order - b.row.order);
}

function printerOf(
  { json }: RequestsFlags,
  { results, palette, columns }: QueryContext,
  hasTunnel: boolean,
): Printer {
  return ({ row, found }) => {
    if (!json) return results.print(exchangeLine(row, { palette, columns, hasTunnel }));
    const text = JSON.stringify({ inspector: found.client.url, ...row });
    return results.print(new Styled(asciiJson(text)));
  };
}
