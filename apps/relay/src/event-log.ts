import type { RelayEvent } from '@sellia/relay';
import type { Log } from './log.ts';

type Level = 'debug' | 'info' | 'warn' | 'error';

/** What an operator acts on stands out; single requests are for those who ask for them. */
const LINES: Record<RelayEvent['type'], readonly [Level, string]> = {
  'session.opened': ['info', 'client connected'],
  'session.refused': ['warn', 'client refused'],
  'session.away': ['info', 'client away'],
  'session.back': ['info', 'client back'],
  'session.closed': ['info', 'client disconnected'],
  'tunnel.opened': ['info', 'tunnel opened'],
  'tunnel.refused': ['warn', 'tunnel refused'],
  'tunnel.closed': ['info', 'tunnel closed'],
  'exchange.ended': ['debug', 'exchange ended'],
  'visitor.refused': ['debug', 'visitor refused'],
  fault: ['error', 'a defect of the relay; please report it'],
};

/** Writes what happens at the relay as log lines. */
export function logEvent(log: Log, event: RelayEvent): void {
  const [level, message] = LINES[event.type];
  // Every exchange comes through here: one that is not logged must cost nothing.
  if (log.isLevelEnabled(level)) log[level](fieldsOf(event), message);
}

function fieldsOf(event: RelayEvent): object {
  // pino prints an error with its stack under this name.
  if (event.type === 'fault') return { err: event.error };
  const { type: _, ...fields } = event;
  return fields;
}
