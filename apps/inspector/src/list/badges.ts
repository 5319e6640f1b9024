import type { ExchangeRow } from '../api/types.ts';
import type { Tone } from '../ui/pill.tsx';
import { lineText } from './shown-text.ts';

/** A word behind the path, for what is not as always. */
export interface Badge {
  readonly text: string;
  readonly tone: Tone;
  /** A sentence. */
  readonly title: string;
}

/** Characters of an operation: its name may be long. */
const OPERATION_MAX = 40;

type Rule = (row: ExchangeRow) => Badge | undefined;

/** In the order in which they are shown. */
const RULES: readonly Rule[] = [
  pinned,
  replayed,
  graphql,
  upgraded,
  events,
  denied,
  limited,
  failed,
  truncated,
];

export function badgesOf(row: ExchangeRow): readonly Badge[] {
  return RULES.map((rule) => rule(row)).filter((badge) => badge !== undefined);
}

function pinned({ isPinned }: ExchangeRow): Badge | undefined {
  if (!isPinned) return undefined;
  return { text: 'pinned', tone: 'note', title: 'It stays when others are dropped or cleared.' };
}

function replayed({ replayOf }: ExchangeRow): Badge | undefined {
  if (replayOf === '') return undefined;
  return { text: 'replayed', tone: 'note', title: 'Sent again from here.' };
}

function graphql({ operation }: ExchangeRow): Badge | undefined {
  if (operation === '') return undefined;
  const text = lineText(operation.slice(0, OPERATION_MAX));
  return { text, tone: 'plain', title: `GraphQL: ${operation}` };
}

function upgraded({ kind }: ExchangeRow): Badge | undefined {
  if (kind !== 'upgrade') return undefined;
  return { text: 'upgrade', tone: 'plain', title: 'An upgraded connection that is no WebSocket.' };
}

function events({ kind, responseType, state }: ExchangeRow): Badge | undefined {
  if (kind !== 'http' || responseType !== 'text/event-stream') return undefined;
  return state === 'streaming'
    ? { text: 'events, open', tone: 'good', title: 'An event stream that goes on.' }
    : { text: 'events', tone: 'plain', title: 'An event stream that has ended.' };
}

function isByRelay({ state, failure }: ExchangeRow): boolean {
  return state === 'refused' || failure?.side === 'relay';
}

function denied(row: ExchangeRow): Badge | undefined {
  if (!isByRelay(row) || (row.status !== 401 && row.status !== 403)) return undefined;
  const title = 'The relay let nobody through; the upstream never heard of it.';
  return { text: 'denied', tone: 'bad', title };
}

function limited(row: ExchangeRow): Badge | undefined {
  if (row.status !== 429) return undefined;
  const who = isByRelay(row) ? 'The relay' : 'The upstream';
  return { text: 'rate-limited', tone: 'warn', title: `${who} answered that these are too many.` };
}

const FAILURES: Readonly<Record<string, string>> = {
  SELLIA_UPSTREAM_REFUSED: 'upstream down',
  SELLIA_UPSTREAM_UNREACHABLE: 'upstream down',
  SELLIA_UPSTREAM_CONNECT_TIMEOUT: 'upstream down',
  SELLIA_UPSTREAM_RESET: 'upstream cut off',
  SELLIA_UPSTREAM_TIMEOUT: 'upstream too slow',
  SELLIA_CANCELLED: 'visitor left',
  SELLIA_LINK_LOST: 'link lost',
};

const SIDES: Readonly<Record<string, string>> = {
  upstream: 'upstream failed',
  visitor: 'visitor failed',
  link: 'link lost',
  relay: 'relay failed',
  client: 'client failed',
};

function failed(row: ExchangeRow): Badge | undefined {
  const { failure } = row;
  if (failure === undefined || row.state === 'refused') return undefined;
  const text = FAILURES[failure.code] ?? SIDES[failure.side] ?? 'failed';
  return { text, tone: text === 'visitor left' ? 'plain' : 'bad', title: failure.reason };
}

function truncated({ isTruncated }: ExchangeRow): Badge | undefined {
  if (!isTruncated) return undefined;
  return { text: 'truncated', tone: 'warn', title: 'A part of a body was not kept.' };
}
