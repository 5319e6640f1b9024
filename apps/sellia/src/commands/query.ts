import {
  type ColorChoice,
  type Ending,
  type Environment,
  ExitCode,
  type LineWriter,
  type Palette,
  programFailure,
} from '@sellia/terminal';
import { InspectorRegistry } from '../inspection/registry.ts';
import { type FoundInspector, findInspectors } from '../inspectors/find-inspectors.ts';
import { InspectorSilent } from '../inspectors/inspector-client.ts';
import { stateFolder } from '../leases/state-folder.ts';
import type { Results } from '../output/results.ts';

/** Of every command that asks running inspectors. */
export interface QueryFlags {
  readonly inspector?: string;
  readonly json?: boolean;
  readonly color?: ColorChoice | false;
}

/** What such a command has of the process. */
export interface QueryContext {
  readonly env: Environment;
  readonly ending: Ending;
  /** stdout. */
  readonly results: Results;
  readonly palette: Palette;
  /** Width of stdout; undefined when it is no terminal. */
  readonly columns: number | undefined;
  /** stderr. */
  readonly notes: LineWriter;
  readonly notesPalette: Palette;
}

/** The inspectors that a command is about. Throws a Failure when there is none. */
export function inspectorsFor(
  { inspector }: QueryFlags,
  { env, ending }: QueryContext,
): Promise<FoundInspector[]> {
  const registry = new InspectorRegistry(stateFolder(env));
  return findInspectors({ named: inspector, env, registry, asked: ending.asked });
}

/** Runs a command; a reader that left and a Ctrl-C are no errors of it. */
export async function answered(
  { results, ending }: QueryContext,
  run: () => Promise<ExitCode>,
): Promise<ExitCode> {
  try {
    return await run();
  } catch (error) {
    if (results.isGone) return ExitCode.OK;
    if (ending.asked.aborted) return ExitCode.INTERRUPTED;
    if (!(error instanceof InspectorSilent)) throw error;
    throw programFailure('SELLIA_NO_INSPECTOR', error.message, []);
  }
}
