import type { ExchangeRow, TunnelStatus } from '../api/types.ts';
import type { Command } from './command-table.ts';

/** Something that can be chosen in the palette. */
export interface Entry {
  readonly key: string;
  readonly group: 'Commands' | 'Tunnels' | 'Exchanges';
  readonly label: string;
  /** At its end, dimmed. */
  readonly note: string;
  readonly act: () => void;
}

interface Sources {
  /** Those that are offered now. */
  readonly commands: readonly Command[];
  readonly tunnels: readonly TunnelStatus[];
  /** The oldest first. */
  readonly rows: readonly ExchangeRow[];
  readonly run: (command: Command) => void;
  readonly showTunnel: (tunnel: TunnelStatus) => void;
  readonly showExchange: (row: ExchangeRow) => void;
  readonly noteOf: (command: Command) => string;
}

/** Exchanges that are listed at most; and of how many the newest are looked through. */
const EXCHANGES_MAX = 12;
const LOOKED_MAX = 20_000;
/** Characters of a path that are shown. */
const TARGET_MAX = 200;

/** What holds every word of `text`, whatever their case and order. */
export function entriesFor(text: string, sources: Sources): Entry[] {
  const words = text.toLowerCase().split(/\s+/).filter(Boolean);
  const isFound = (label: string): boolean => {
    const found = label.toLowerCase();
    return words.every((word) => found.includes(word));
  };
  return [
    ...commandEntries(sources).filter(({ label }) => isFound(label)),
    ...tunnelEntries(sources).filter(({ label }) => isFound(label)),
    ...(words.length === 0 ? [] : exchangeEntries(sources, isFound)),
  ];
}

function commandEntries({ commands, run, noteOf }: Sources): Entry[] {
  return commands.map((command) => ({
    key: `command-${command.name}`,
    group: 'Commands',
    label: command.label,
    note: noteOf(command),
    act: () => run(command),
  }));
}

function tunnelEntries({ tunnels, showTunnel }: Sources): Entry[] {
  return tunnels.map((tunnel) => ({
    key: `tunnel-${tunnel.name}`,
    group: 'Tunnels',
    label: `Traffic of ${tunnel.name}`,
    note: tunnel.url,
    act: () => showTunnel(tunnel),
  }));
}

function exchangeEntries(
  { rows, showExchange }: Sources,
  isFound: (label: string) => boolean,
): Entry[] {
  const entries: Entry[] = [];
  const end = Math.max(0, rows.length - LOOKED_MAX);
  for (let i = rows.length - 1; i >= end && entries.length < EXCHANGES_MAX; i--) {
    const row = rows[i] as ExchangeRow;
    const label = `${row.method} ${row.target}`;
    if (isFound(label)) entries.push(exchangeEntry(row, label, showExchange));
  }
  return entries;
}

function exchangeEntry(row: ExchangeRow, label: string, show: Sources['showExchange']): Entry {
  return {
    key: `exchange-${row.id}`,
    group: 'Exchanges',
    label: label.slice(0, TARGET_MAX),
    note: row.status === 0 ? row.state : String(row.status),
    act: () => show(row),
  };
}
