import { closeCode } from '@sellia/inspector/browser';
import type { ExchangeRow } from '../api/types.ts';
import type { Tone } from '../ui/pill.tsx';

/** The shape beside a status: what it says without colour. */
export type MarkName =
  | 'waiting'
  | 'dot'
  | 'arrow'
  | 'triangle'
  | 'square'
  | 'cross'
  | 'barred'
  | 'live'
  | 'ring';

/** How an exchange stands, for a line of the list. */
export interface RowState {
  readonly mark: MarkName;
  readonly tone: Tone;
  readonly text: string;
  /** A sentence. */
  readonly title: string;
}

/** How far it has come, in a shape, a colour and a word. */
export function stateOf(row: ExchangeRow): RowState {
  return row.kind === 'http' ? httpState(row) : connectionState(row);
}

function httpState(row: ExchangeRow): RowState {
  const { state, status, failure } = row;
  if (state === 'pending') {
    return { mark: 'waiting', tone: 'plain', text: 'pending', title: 'There is no answer yet.' };
  }
  if (state === 'failed') {
    const text = status === 0 ? 'failed' : String(status);
    return { mark: 'cross', tone: 'bad', text, title: failure?.reason || 'It failed.' };
  }
  if (state === 'refused') {
    const title = 'The relay answered by itself; the upstream never heard of it.';
    return { mark: 'barred', tone: 'bad', text: String(status), title };
  }
  const title = [`${status} ${row.reason}`.trim(), state === 'streaming' ? ', going on' : ''];
  return { ...statusLook(status), text: String(status), title: title.join('') };
}

function statusLook(status: number): Pick<RowState, 'mark' | 'tone'> {
  if (status >= 500) return { mark: 'square', tone: 'bad' };
  if (status >= 400) return { mark: 'triangle', tone: 'warn' };
  return status >= 300 ? { mark: 'arrow', tone: 'note' } : { mark: 'dot', tone: 'good' };
}

function connectionState(row: ExchangeRow): RowState {
  const { state, status } = row;
  if (state === 'rejected') {
    const title = 'The upgrade was not accepted.';
    return { mark: 'barred', tone: 'bad', text: `rejected ${status}`, title };
  }
  const look = LOOKS[state] ?? LOOKS.connecting;
  return { ...look, text: state, title: row.failure?.reason || look.title };
}

const CONNECTING = {
  mark: 'waiting',
  tone: 'plain',
  title: 'The upgrade is not answered yet.',
} as const;

const LOOKS: Partial<Record<string, Omit<RowState, 'text'>>> & {
  connecting: Omit<RowState, 'text'>;
} = {
  connecting: CONNECTING,
  pending: CONNECTING,
  open: { mark: 'live', tone: 'good', title: 'The connection is open.' },
  closing: { mark: 'ring', tone: 'warn', title: 'One side has said goodbye.' },
  closed: { mark: 'ring', tone: 'plain', title: 'The connection was closed properly.' },
  aborted: { mark: 'cross', tone: 'bad', title: 'The connection broke.' },
  failed: { mark: 'cross', tone: 'bad', title: 'It failed.' },
  refused: {
    mark: 'barred',
    tone: 'bad',
    title: 'The relay answered by itself; the upstream never heard of it.',
  },
};

/** A close code's colour and what it means. */
export function closeLook(code: number, reason: string): { tone: Tone; title: string } {
  const { name, meaning } = closeCode(code);
  const said = reason === '' ? '' : ` Reason: ${reason}`;
  return { tone: closeTone(code), title: `${code} ${name}. ${meaning}${said}` };
}

function closeTone(code: number): Tone {
  if (code === 1000) return 'good';
  if (code === 1001 || code === 1005) return 'plain';
  return code === 1012 || code === 1013 || code >= 3000 ? 'warn' : 'bad';
}
