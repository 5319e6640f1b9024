import { type ConnectOptions, connect, SelliaError, type Tunnel } from '@sellia/client';
import {
  type ColorChoice,
  count,
  type Ending,
  type Environment,
  ExitCode,
  Failure,
} from '@sellia/terminal';
import { failureOf } from '../failures.ts';
import type { Output } from '../output/output.ts';
import { answers } from '../probe.ts';
import { chooseRelay, type RelayChoice } from '../relay-choice.ts';
import { readTarget } from '../target.ts';
import { TunnelWatch } from '../tunnel-watch.ts';
import { VERSION } from '../version.ts';

/** As commander gives them. */
export interface HttpFlags {
  readonly host?: string;
  readonly subdomain?: string;
  readonly server?: string;
  readonly apiKey?: string;
  readonly hostHeader?: string;
  readonly insecureUpstream?: boolean;
  readonly requireLocal?: boolean;
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
  const relay = await chooseRelay(flags, env);
  for (const warning of relay.warnings) output.warn(warning);
  output.tell({ event: 'status', status: 'connecting', reason: '' });
  const targetAnswers = await answers(target);
  if (!targetAnswers && flags.requireLocal) throw nothingThere(target.label);
  const tunnel = await connected(connectOptions(target.label, relay, flags), ending.asked);
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

function connectOptions(upstream: string, relay: RelayChoice, flags: HttpFlags): ConnectOptions {
  const { server, apiKey } = relay;
  const { subdomain, hostHeader, insecureUpstream } = flags;
  return {
    server,
    upstream,
    // For the status that a visitor got when the local server gave none.
    reports: flags.quiet !== true,
    agent: `sellia/${VERSION}`,
    ...(apiKey === undefined ? {} : { apiKey }),
    ...(subdomain === undefined ? {} : { name: subdomain }),
    ...(hostHeader === undefined ? {} : { hostHeader }),
    ...(insecureUpstream === undefined ? {} : { insecureUpstream }),
  };
}

/** The first connect fails at once and says why; only a tunnel that was public dials again. */
async function connected(options: ConnectOptions, asked: AbortSignal): Promise<Tunnel> {
  // Of its own, because once the tunnel is public the first Ctrl-C must drain, not cut.
  const attempt = new AbortController();
  const giveUp = (): void => attempt.abort();
  asked.addEventListener('abort', giveUp, { once: true });
  if (asked.aborted) giveUp();
  try {
    return await connect({ ...options, signal: attempt.signal });
  } catch (error) {
    throw error instanceof SelliaError ? failureOf(error) : error;
  } finally {
    asked.removeEventListener('abort', giveUp);
  }
}

async function drain(tunnel: Tunnel, ending: Ending, output: Output): Promise<ExitCode> {
  const { streams } = tunnel.stats();
  const what = streams === 0 ? 'closing the tunnel' : `${count(streams, 'exchange')} still running`;
  const reason = `${what}; press Ctrl-C again to quit now`;
  output.tell({ event: 'status', status: 'draining', reason });
  const closed = tunnel.close({ drainMs: DRAIN_MS }).then(() => ExitCode.OK);
  return Promise.race([closed, ending.forced.then(() => ExitCode.INTERRUPTED)]);
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
