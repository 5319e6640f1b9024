import { SelliaError, type Tunnel } from '@sellia/client';
import { count, type Ending, ExitCode, type Failure } from '@sellia/terminal';
import { failureOf } from './failures.ts';
import type { Output } from './output/output.ts';

/** How long running requests may take to finish after the first Ctrl-C. */
const DRAIN_MS = 5000;

/** Settles with the exit code when the user has ended the tunnel; throws a Failure when something else did. */
export async function untilEnded(
  tunnel: Tunnel,
  ending: Ending,
  output: Output,
): Promise<ExitCode> {
  await Promise.race([tunnel.closed, ending.wasAsked]);
  if (!ending.asked.aborted) throw await whyClosed(tunnel);
  return drain(tunnel, ending, output);
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
