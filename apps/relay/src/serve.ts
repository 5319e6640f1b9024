import { isIPv6 } from 'node:net';
import { createRelay, type Relay, RelayError, type RelayOptions } from '@sellia/relay';
import { type Ending, ExitCode } from '@sellia/terminal';
import { activatedSocket } from './activated-socket.ts';
import { logEvent } from './event-log.ts';
import { failureOf } from './failures.ts';
import { Handover } from './handover.ts';
import { type LeaseKey, leaseKeyIn, passingLeaseKey } from './lease-key.ts';
import type { Log } from './log.ts';
import { Predecessor } from './predecessor.ts';
import type { Settings } from './settings.ts';

/** How long clients may take to attach to a successor: a dial over a bad line, tried twice. */
const MOVE_MS = 5_000;

/**
 * Runs a relay until it is asked to end, or another process has taken its place. `onListening` gets
 * the URL at which clients of this machine reach it. Throws a Failure when it cannot start.
 */
export async function serve(
  settings: Settings,
  log: Log,
  ending: Ending,
  onListening: (url: string) => void,
): Promise<ExitCode> {
  const handover = new Handover(log);
  const predecessor = await Predecessor.find();
  const leaseKey = predecessor === undefined ? keptLeaseKey(settings, log) : predecessor.leaseKey;
  const relay = await started(settings, log, leaseKey, predecessor);
  handover.offer(relay.listener, leaseKey.bytes);
  log.info({ host: settings.host, port: relay.port, domain: settings.domain }, 'listening');
  if (predecessor === undefined) onListening(localUrl(settings.host, relay.port));
  if (!settings.requireAuth && !isLoopback(settings.host)) {
    log.warn({}, 'no key is asked for: whoever reaches this address can open tunnels');
  }
  predecessor?.relieve();
  const isRelieved = await Promise.race([ending.wasAsked.then(() => false), handover.relieved]);
  log.info({ ...relay.stats() }, 'closing; another signal ends it at once');
  const { drainDelayMs, drainTimeoutMs: drainMs } = settings;
  const closing = relay.close(
    isRelieved ? { drainMs, moveMs: MOVE_MS } : { drainDelayMs, drainMs },
  );
  const forced = isRelieved ? ending.wasAsked : ending.forced;
  await Promise.race([closing.then(() => log.info({}, 'closed')), forced]);
  return ExitCode.OK;
}

/** A relay that has nowhere to keep its key works, and says what that costs. */
function keptLeaseKey({ stateDir }: Settings, log: Log): LeaseKey {
  try {
    const key = leaseKeyIn(stateDir);
    if (key.isExposed)
      log.warn({ folder: stateDir }, 'others can read the lease key: chmod 600 it');
    return key;
  } catch (error) {
    const reason = (error as Error).message;
    log.warn({ reason }, 'no lease key is kept: clients cannot prove their names after a restart');
    return passingLeaseKey();
  }
}

async function started(
  settings: Settings,
  log: Log,
  leaseKey: LeaseKey,
  predecessor: Predecessor | undefined,
): Promise<Relay> {
  const { host, port, domain, keys, requireAuth, publicUrl, useHttps, trustedProxies } = settings;
  const { resumeGraceMs, holdMs, connectRate: connectsPerSecond } = settings;
  const bind = predecessor?.bind ?? activatedSocket(process.env);
  const optional: RelayOptions = {
    ...(publicUrl === undefined ? {} : { publicUrl }),
    ...(bind === undefined ? {} : { bind }),
  };
  try {
    return await createRelay({
      host,
      port,
      domain,
      keys,
      requireAuth,
      useHttps,
      trustedProxies,
      leaseKey: leaseKey.bytes,
      limits: {
        resumeGraceMs,
        holdMs,
        connectsPerSecond,
        ...(leaseKey.isNew ? { startHoldMs: 0 } : {}),
      },
      ...optional,
      onEvent: (event) => logEvent(log, event),
    });
  } catch (error) {
    throw error instanceof RelayError ? failureOf(error) : error;
  }
}

function isLoopback(host: string): boolean {
  return host === 'localhost' || host === '::1' || /^127(\.\d+){3}$/.test(host);
}

/** An address that stands for all of them is reached as localhost. */
function localUrl(host: string, port: number): string {
  if (['0.0.0.0', '::', ''].includes(host)) return `http://localhost:${port}`;
  return `http://${isIPv6(host) ? `[${host}]` : host}:${port}`;
}
