import { isIPv6 } from 'node:net';
import { createRelay, type Relay, RelayError } from '@sellia/relay';
import { type Ending, ExitCode } from '@sellia/terminal';
import { logEvent } from './event-log.ts';
import { failureOf } from './failures.ts';
import type { Log } from './log.ts';
import type { Settings } from './settings.ts';

/** How long running exchanges may take to finish after the first signal. */
const DRAIN_MS = 5000;

/**
 * Runs a relay until it is asked to end. `onListening` gets the URL at which clients of this
 * machine reach it. Throws a Failure when it cannot start.
 */
export async function serve(
  settings: Settings,
  log: Log,
  ending: Ending,
  onListening: (url: string) => void,
): Promise<ExitCode> {
  const relay = await started(settings, log);
  onListening(localUrl(settings.host, relay.port));
  log.info({ host: settings.host, port: relay.port, domain: settings.domain }, 'listening');
  if (!settings.requireAuth && !isLoopback(settings.host)) {
    log.warn({}, 'no key is asked for: whoever reaches this address can open tunnels');
  }
  await ending.wasAsked;
  log.info({ ...relay.stats() }, 'closing; a second signal ends it at once');
  const closed = relay.close({ drainMs: DRAIN_MS }).then(() => log.info({}, 'closed'));
  await Promise.race([closed, ending.forced]);
  return ExitCode.OK;
}

async function started(settings: Settings, log: Log): Promise<Relay> {
  const { host, port, domain, keys, requireAuth, publicUrl, useHttps, trustedProxies } = settings;
  try {
    return await createRelay({
      host,
      port,
      domain,
      keys,
      requireAuth,
      useHttps,
      trustedProxies,
      ...(publicUrl === undefined ? {} : { publicUrl }),
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
