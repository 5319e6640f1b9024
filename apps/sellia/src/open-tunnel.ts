import {
  type ConnectOptions,
  connect,
  SelliaError,
  type SelliaErrorCode,
  type Tunnel,
} from '@sellia/client';
import { failureOf } from './failures.ts';
import type { LeaseMemory } from './leases/lease-memory.ts';

/** The relay gives the name to nobody, or not to us. */
const NAME_REFUSED: ReadonlySet<SelliaErrorCode> = new Set<SelliaErrorCode>([
  'SELLIA_NAME_TAKEN',
  'SELLIA_NAME_RESERVED',
  'SELLIA_NAME_INVALID',
  'SELLIA_TUNNEL_REFUSED',
]);

/**
 * A tunnel under the name that this machine had before, where it remembers one, and the memory of the
 * name it got. A relay that cannot be reached, or refuses, fails at once and says why, as a Failure;
 * only one that answers that it is busy is waited for. `asked` gives the attempt up.
 */
export async function openTunnel(
  options: ConnectOptions,
  memory: LeaseMemory | undefined,
  asked: AbortSignal,
): Promise<Tunnel> {
  try {
    const tunnel = await openRemembered(options, memory, asked);
    if (memory !== undefined) await keepRemembering(tunnel, memory);
    return tunnel;
  } catch (error) {
    throw error instanceof SelliaError ? failureOf(error) : error;
  }
}

async function openRemembered(
  options: ConnectOptions,
  memory: LeaseMemory | undefined,
  asked: AbortSignal,
): Promise<Tunnel> {
  const remembered = await memory?.recall();
  if (remembered === undefined) return open(options, asked);
  const { name, lease } = remembered;
  try {
    return await open({ ...options, name, lease }, asked);
  } catch (error) {
    const isRefused = error instanceof SelliaError && NAME_REFUSED.has(error.code);
    if (!isRefused || options.name !== undefined) throw error;
    await memory?.forget(name);
    return open(options, asked);
  }
}

async function open(options: ConnectOptions, asked: AbortSignal): Promise<Tunnel> {
  // Of its own, because once the tunnel is public the first Ctrl-C must drain, not cut.
  const attempt = new AbortController();
  const giveUp = (): void => attempt.abort();
  asked.addEventListener('abort', giveUp, { once: true });
  if (asked.aborted) giveUp();
  try {
    return await connect({ ...options, signal: attempt.signal });
  } finally {
    asked.removeEventListener('abort', giveUp);
  }
}

/** Name and secret change when the relay is another one, or has forgotten. */
async function keepRemembering(tunnel: Tunnel, memory: LeaseMemory): Promise<void> {
  let known = '';
  const remember = async (): Promise<void> => {
    const { name, lease } = tunnel;
    if (lease === '' || lease === known) return;
    known = lease;
    await memory.remember({ name, lease });
  };
  tunnel.on('ready', () => void remember());
  await remember();
}
