import {
  type Ending,
  type Environment,
  type ExitCode,
  type LineWriter,
  Palette,
  wantsColor,
} from '@sellia/terminal';
import type { QueryContext, QueryFlags } from './commands/query.ts';
import type { InspectorCommands } from './inspector-commands.ts';
import { COLUMNS_UNKNOWN, type OutputStream } from './output/output.ts';
import { Results } from './output/results.ts';

export interface QueryParts {
  readonly stdout: OutputStream;
  readonly stderr: OutputStream;
  readonly notes: LineWriter;
  readonly env: Environment;
  readonly ending: Ending;
  /** Ends the process. */
  readonly exit: (code: ExitCode) => Promise<never>;
}

/** The commands that ask running inspectors; each is loaded when it is called. */
export function queries(parts: QueryParts): InspectorCommands {
  const { exit } = parts;
  return {
    requests: async (filter, flags) => {
      const { runRequests } = await import('./commands/requests.ts');
      await exit(await runRequests(filter, flags, contextOf(flags, parts)));
    },
    request: async (id, flags) => {
      const { runRequest } = await import('./commands/request.ts');
      await exit(await runRequest(id, flags, contextOf(flags, parts)));
    },
    replay: async (id, flags) => {
      const { runReplay } = await import('./commands/replay.ts');
      await exit(await runReplay(id, flags, contextOf(flags, parts)));
    },
    export: async (filter, flags) => {
      const { runExport } = await import('./commands/export.ts');
      await exit(await runExport(filter, flags, contextOf(flags, parts)));
    },
  };
}

function contextOf(
  flags: QueryFlags,
  { stdout, stderr, notes, env, ending }: QueryParts,
): QueryContext {
  const color = flags.color === false ? 'never' : (flags.color ?? 'auto');
  const paletteOf = ({ isTTY = false }: OutputStream): Palette =>
    new Palette(wantsColor(color, isTTY, env), isTTY);
  // Nobody reads any more: what was asked for is not wanted.
  stdout.once('error', () => ending.ask());
  return {
    env,
    ending,
    results: new Results(stdout, ending.asked),
    palette: paletteOf(stdout),
    columns: stdout.isTTY ? stdout.columns || COLUMNS_UNKNOWN : undefined,
    notes,
    notesPalette: paletteOf(stderr),
  };
}
