import { join } from 'node:path';
import { type ConnectOptions, SelliaError, type Tunnel, type TunnelStatus } from '@sellia/client';
import {
  type ColorChoice,
  count,
  type Ending,
  type Environment,
  ExitCode,
  Failure,
} from '@sellia/terminal';
import { configPath, readConfigFile } from '../config-file.ts';
import { failureOf } from '../failures.ts';
import { LeaseMemory } from '../leases/lease-memory.ts';
import { stateFolder } from '../leases/state-folder.ts';
import { nextAttemptEvent } from '../next-attempt.ts';
import { openTunnel } from '../open-tunnel.ts';
import type { Output } from '../output/output.ts';
import { answers } from '../probe.ts';
import { chooseRelay, type RelayChoice } from '../relay-choice.ts';
import { readTarget } from '../target.ts';
import { TunnelWatch } from '../tunnel-watch.ts';
import { VERSION } from '../version.ts';
import { chooseWait } from '../wait-choice.ts';

/** As commander gives them. */
export interface HttpFlags {
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

/** How long running requests may take to finish after the first Ctrl-C. */
const DRAIN_MS = 5000;

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
  for (const warning of relay.warnings) output.warn(warning);
  output.tell({ event: 'status', status: 'connecting', reason: '' });
  const targetAnswers = await answers(target);
  if (!targetAnswers && flags.requireLocal) throw nothingThere(target.label);
  const options = {
    ...connectOptions(target.label, relay, flags, waitUpstreamMs),
    onStatus: (status: TunnelStatus) => tellConnecting(status, output),
  };
  const memory = flags.remember === false ? undefined : memoryOf(options, env, output);
  const tunnel = await openTunnel(options, memory, ending.asked);
  const facts = { target: target.label, targetAnswers, server: relay.server };
  const watch = new TunnelWatch(tunnel, facts, output, {
    isQuiet: flags.quiet ?? false,
    isVerbose: flags.verbose ?? false,
  });
  await Promise.race([tunnel.closed, ending.wasAsked]);
  if (!ending.asked.aborted) throw await whyClosed(tunnel);
  const code = await drain(tunnel, ending, output);
  watch.end();
  return code;
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
    // For the status that a visitor got when the local server gave none.
    reports: flags.quiet !== true,
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

async function drain(tunnel: Tunnel, ending: Ending, output: Output): Promise<ExitCode> {
  const { streams } = tunnel.stats();
  const what = streams === 0 ? 'closing the tunnel' : `${count(streams, 'exchange')} still running`;
  const reason = `${what}; press Ctrl-C again to quit now`;
  output.tell({ event: 'status', status: 'draining', reason });
  const closed = tunnel.close({ drainMs: DRAIN_MS }).then(() => ExitCode.OK);
  const forced = ending.forced.then(() => ExitCode.INTERRUPTED);
  const code = await Promise.race([closed, forced]);
  // Said to the relay, which would wait for a client that is only lost, and its visitors with it.
  if (code === ExitCode.INTERRUPTED) await tunnel.close({ drainMs: 0 });
  return code;
}

async function whyClosed(tunnel: Tunnel): Promise<Failure> {
  const error = await tunnel.closed;
  return failureOf(error ?? new SelliaError('SELLIA_TUNNEL_CLOSED', 'The tunnel was closed.'));
}

function nothingThere(label: string): Failure {
  return new Failure(`nothing answers at ${label}`, {
    code: 'SELLIA_UPSTREAM_UNREACHABLE',
    exitCode: ExitCode.LOCAL,
    hints: ['start your server first, or leave --require-local out'],
  });
}
