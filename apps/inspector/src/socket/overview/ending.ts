import { closeCode } from '@sellia/inspector/browser';
import type { ExchangeFailure, ExchangeRow, SocketClose, SocketDetail } from '../../api/types.ts';
import { SIDE_WORDS } from '../../detail/state-words.ts';
import { capital } from '../../ui/capital.ts';
import type { Tone } from '../../ui/pill.tsx';
import { sideStart } from '../words.ts';
import { rejection } from './rejection.ts';

type CloseFrame = NonNullable<SocketDetail['close']>;

/** How a WebSocket ended, or is about to, in words. */
export interface Ending {
  /** Of a close or of a refused upgrade; 0 where neither says it. */
  readonly code: number;
  readonly name: string;
  readonly meaning: string;
  /** What the close frame says; undefined where there was none. */
  readonly reason?: string;
  readonly isReasonBroken: boolean;
  /** Who did it. */
  readonly by: string;
  /** Whether it went as it should. */
  readonly how: string;
  /** What is mostly behind it; empty where nothing is known. */
  readonly cause: string;
  readonly tone: Tone;
}

/** No close frame came: RFC 6455 section 7.1.5. */
const NO_FRAME = 1006;
/** What relay and client say when they go. */
const RESTART = 1012;

/** Undefined while it goes on. */
export function endingOf(row: ExchangeRow, socket: SocketDetail | undefined): Ending | undefined {
  if (row.state === 'rejected') return rejection(row);
  if (row.socket === undefined) return row.failure && withoutFrames(row, row.failure);
  const { close } = row.socket;
  if (close !== undefined) return closing(row, close, socket);
  return row.durationMs < 0
    ? undefined
    : closing(row, { code: NO_FRAME, reason: '', side: 'visitor' }, socket);
}

/** The colour of a close code: ordinary, of a library or application, or of a failure. */
export function closeTone(code: number): Tone {
  if (code === 1000 || code === 1001) return 'good';
  if (code === 1005) return 'plain';
  if (code === RESTART || code === 1013) return 'warn';
  return code >= 3000 ? 'note' : 'bad';
}

function closing(row: ExchangeRow, close: SocketClose, socket: SocketDetail | undefined): Ending {
  const { name, meaning, likelyCause = '' } = closeCode(close.code);
  const frame = socket?.close;
  const isFrame = frame !== undefined;
  return {
    ...{ code: close.code, name, meaning, tone: closeTone(close.code) },
    ...(isFrame ? { reason: frame.reason } : {}),
    isReasonBroken: frame?.isReasonBroken ?? false,
    by: byWhom(row, close, isFrame),
    how: isFrame ? howAnswered(row, frame, socket?.answer) : howCut(row, close),
    cause: causeOf(row.failure, close) ?? likelyCause,
  };
}

function byWhom({ failure }: ExchangeRow, close: SocketClose, isFrame: boolean): string {
  const side = sideStart(close.side);
  if (isFrame) return `${side} closed it`;
  if (close.code === RESTART) return `${side} took leave of both sides`;
  return failure === undefined ? `${side} was gone first` : `${side}: the connection broke there`;
}

function howAnswered(row: ExchangeRow, frame: CloseFrame, answer: CloseFrame | undefined): string {
  const other = SIDE_WORDS[frame.side === 'visitor' ? 'upstream' : 'visitor'];
  if (answer !== undefined) {
    const code = answer.code === frame.code ? 'the same code' : String(answer.code);
    return `Clean: ${other} answered with ${code}.`;
  }
  if (row.durationMs < 0) return `Not over yet: ${other} has to answer.`;
  return `Not clean: the connection ended before ${other} answered.`;
}

function howCut({ durationMs }: ExchangeRow, { code }: SocketClose): string {
  if (code === RESTART) return 'Said in order, without waiting for an answer.';
  return durationMs < 0 ? 'Not over yet.' : 'Not clean: no close frame came from either side.';
}

/** By what the tunnel saw. */
const CAUSES: Readonly<Record<string, string>> = {
  SELLIA_CANCELLED:
    'The visitor was gone without a word: its page or program ended, or its network was lost.',
  SELLIA_IDLE: 'Nothing went through for too long: an idle timeout ended it.',
  SELLIA_LINK_LOST: 'The link between relay and client was lost, and came back too late to go on.',
  SELLIA_HEARTBEAT: 'The link between relay and client fell silent and was given up.',
  SELLIA_GOING_AWAY: 'The relay or the client was shut down: connections were drained.',
  SELLIA_UPSTREAM_RESET:
    'The local process ended, crashed or was restarted, or it cut the connection by itself.',
  SELLIA_UPSTREAM_REFUSED: 'Nothing listens at the local address. Is your app running?',
  SELLIA_UPSTREAM_UNREACHABLE: 'The local address can not be reached from here.',
  SELLIA_UPSTREAM_TIMEOUT: 'Your app took too long to answer.',
  SELLIA_UPSTREAM_CONNECT_TIMEOUT: 'Your app took too long to accept a connection.',
  SELLIA_UPSTREAM_INVALID: 'What your app answered is not a valid answer to an upgrade.',
  SELLIA_UPSTREAM_TLS: 'No secure connection to your app could be made.',
};

function causeOf(failure: ExchangeFailure | undefined, close: SocketClose): string | undefined {
  if (close.code === RESTART && close.side !== 'upstream' && close.side !== 'visitor') {
    return 'The relay was drained, or the client was stopped. Connecting again will work.';
  }
  if (failure !== undefined) return CAUSES[failure.code];
  return close.code === NO_FRAME ? GONE[close.side] : undefined;
}

/** Without a failure: that side's connection ended in order, but not its WebSocket. */
const GONE: Partial<Readonly<Record<SocketClose['side'], string>>> = {
  visitor: CAUSES.SELLIA_CANCELLED as string,
  upstream: CAUSES.SELLIA_UPSTREAM_RESET as string,
};

/** It never opened; or it speaks another protocol, whose end nobody here can read. */
function withoutFrames({ status }: ExchangeRow, failure: ExchangeFailure): Ending {
  const { code, side, reason } = failure;
  const hasOpened = status === 101;
  return {
    ...{ code: hasOpened ? 0 : status, isReasonBroken: false, tone: 'bad' },
    name: hasOpened ? 'The connection broke' : 'Never opened',
    meaning: reason === '' ? 'The upgrade was not answered with 101.' : `${capital(reason)}.`,
    by: sideStart(side),
    how: hasOpened ? '' : visitorGot(status),
    cause: CAUSES[code] ?? '',
  };
}

function visitorGot(status: number): string {
  return status >= 400 ? `The visitor got ${status}.` : 'The visitor got no answer yet, or none.';
}
