import { join } from 'node:path';
import type { ConnectOptions, TunnelStatus } from '@sellia/client';
import {
  type ColorChoice,
  type Ending,
  type Environment,
  ExitCode,
  Failure,
} from '@sellia/terminal';
import { configPath, readConfigFile } from '../config-file.ts';
import { configurationOf } from '../inspection/configuration.ts';
import type { Inspection } from '../inspection/inspection.ts';
import { chooseInspector, type InspectorFlags } from '../inspection/inspector-choice.ts';
import { startInspection, whenOpen } from '../inspection/open-inspected.ts';
import { InspectorRegistry } from '../inspection/registry.ts';
import { LeaseMemory } from '../leases/lease-memory.ts';
import { stateFolder } from '../leases/state-folder.ts';
import { nextAttemptEvent } from '../next-attempt.ts';
import { openTunnel } from '../open-tunnel.ts';
import type { Output } from '../output/output.ts';
import { answers } from '../probe.ts';
import { chooseRelay, type RelayChoice } from '../relay-choice.ts';
import { readTarget } from '../target.ts';
import { untilEnded } from '../tunnel-end.ts';
import { TunnelWatch } from '../tunnel-watch.ts';
import { VERSION } from '../version.ts';
import { chooseWait } from '../wait-choice.ts';

/** As commander gives them. */
export interface HttpFlags extends InspectorFlags {
  readonly host?: string;
  readonly subdomain?: string;
  readonly pool?: boolean;
  readonly remember?: boolean;
  readonly server?: string;
  readonly apiKey?: string;
  readonly hostHeader?: string;
  readonly insecureUpstream?: boolean;
  readonly requireLocal?: boolean;
  readonly waitUpstream?: string;
  readonly json?: boolean;
  readonly quiet?: boolean;
  readonly color?: ColorChoice | false;
  readonly verbose?: boolean;
}

/** What the command has of the process. */
export interface HttpContext {
  readonly env: Environment;
  readonly ending: Ending;
  readonly output: Output;
}

/**
 * `sellia http`: settles with the exit code when the user has ended the tunnel; throws a Failure
 * when something else did.
 */
export async function runHttp(
  targetText: string | undefined,
  flags: HttpFlags,
  { env, ending, output }: HttpContext,
): Promise<ExitCode> {
  const target = readTarget(targetText, flags.host);
  const file = await readConfigFile(configPath(env));
  const relay = chooseRelay(flags, env, file);
  const waitUpstreamMs = chooseWait(flags.waitUpstream, env, file);
  const inspector = chooseInspector(flags, env, file);
  for (const warning of relay.warnings) output.warn(warning);
  output.tell({ event: 'status', status: 'connecting', reason: '' });
  const targetAnswers = await answers(target);
  if (!targetAnswers && flags.requireLocal) throw nothingThere(target.label);
  const options = {
    ...connectOptions(target.label, relay, flags, waitUpstreamMs),
    // For the status that a visitor got when the local server gave none.
    reports: flags.quiet !== true || inspector !== undefined,
    onStatus: (status: TunnelStatus) => tellConnecting(status, output),
  };
  const memory = flags.remember === false ? undefined : memoryOf(options, env, output);
  const opening = openTunnel(options, memory, ending.asked);
  const registry = new InspectorRegistry(stateFolder(env));
  const filePath = configPath(env);
  const chosen = { target: target.label, relay, waitUpstreamMs, flags, filePath };
  const starting = startInspection(inspector, registry, output, (choice) =>
    configurationOf({ ...chosen, inspector: choice, hasFile: file !== undefined }),
  );
  const opened = await whenOpen(opening, starting, target.label, output);
  const { tunnel, inspection, feed } = opened;
  const facts = {
    target: target.label,
    targetAnswers,
    server: relay.server,
    inspector: inspection?.invitation ?? null,
  };
  const { quiet: isQuiet = false, verbose: isVerbose = false } = flags;
  const watch = new TunnelWatch(tunnel, facts, output, { isQuiet, isVerbose, feed });
  feed.release();
  if (inspector?.isOpened) openInBrowser(inspection, output);
  try {
    const code = await untilEnded(tunnel, ending, output);
    watch.end();
    return code;
  } finally {
    await inspection?.close();
  }
}

/** Nobody waits for a browser. */
function openInBrowser(inspection: Inspection | undefined, output: Output): void {
  inspection?.open().catch((error: Error) => {
    output.warn(`the inspector's page was not opened: ${error.message}`);
  });
}

function connectOptions(
  upstream: string,
  relay: RelayChoice,
  flags: HttpFlags,
  waitUpstreamMs: number,
): ConnectOptions {
  const { server, apiKey } = relay;
  const { subdomain, pool, hostHeader, insecureUpstream } = flags;
  return {
    server,
    upstream,
    waitUpstreamMs,
    agent: `sellia/${VERSION}`,
    ...(apiKey === undefined ? {} : { apiKey }),
    ...(subdomain === undefined ? {} : { name: subdomain }),
    ...(pool === undefined ? {} : { pool }),
    ...(hostHeader === undefined ? {} : { hostHeader }),
    ...(insecureUpstream === undefined ? {} : { insecureUpstream }),
  };
}

function memoryOf(options: ConnectOptions, env: Environment, output: Output): LeaseMemory {
  const { server, name = '', upstream } = options;
  const path = join(stateFolder(env), 'leases.json');
  return new LeaseMemory(path, { server, name, upstream }, (text) => output.warn(text));
}

/** What comes after it is public is told by its watch. */
function tellConnecting(status: TunnelStatus, output: Output): void {
  if (status.state === 'connecting' && 'attempt' in status) output.tell(nextAttemptEvent(status));
}

function nothingThere(label: string): Failure {
  return new Failure(`nothing answers at ${label}`, {
    code: 'SELLIA_UPSTREAM_UNREACHABLE',
    exitCode: ExitCode.LOCAL,
    hints: ['start your server first, or leave --require-local out'],
  });
}
