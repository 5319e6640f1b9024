import { closeCode } from '@sellia/inspector/browser';
import type {
  ExchangeRow,
  ExchangeTiming,
  SocketDetail,
  SocketFlowDetail,
} from '../../api/types.ts';
import { SIDE_WORDS } from '../../detail/state-words.ts';
import { durationText } from '../../ui/numbers.ts';
import type { Tone } from '../../ui/pill.tsx';
import { counted, DOWN, sideStart, UP, type Way } from '../words.ts';
import { switchParts } from './time-to-switch.ts';

/** Something that happened to a connection. */
export interface Step {
  /** Unix milliseconds. */
  readonly at: number;
  readonly what: string;
  /** More of it; may be empty. */
  readonly note: string;
  readonly tone: Tone;
}

/** What has happened to a WebSocket so far, in order. */
export function lifecycle(
  row: ExchangeRow,
  timing: ExchangeTiming,
  socket: SocketDetail | undefined,
): readonly Step[] {
  const steps = [requested(row), ...answered(row, timing)];
  if (socket !== undefined) {
    steps.push(...messages(socket.up, UP), ...messages(socket.down, DOWN), ...closed(socket));
  }
  steps.push(...ended(row));
  return steps.sort((one, other) => one.at - other.at);
}

function requested({ startedAt, visitor }: ExchangeRow): Step {
  const note = visitor === '' ? '' : `by ${visitor}`;
  return { at: startedAt, what: 'Upgrade requested', note, tone: 'plain' };
}

function answered(row: ExchangeRow, timing: ExchangeTiming): Step[] {
  const { startedAt, firstByteMs, status, reason } = row;
  if (firstByteMs < 0) return [];
  const after = `after ${durationText(firstByteMs)}`;
  const isSwitched = status === 101;
  const what = `${isSwitched ? 'Opened' : 'Rejected'}: ${status} ${reason}`.trimEnd();
  const parts = switchParts(timing).join(', ');
  const note = parts === '' ? after : `${after}: ${parts}`;
  return [{ at: startedAt + firstByteMs, what, note, tone: isSwitched ? 'good' : 'bad' }];
}

function messages(flow: SocketFlowDetail, { arrow, from }: Way): Step[] {
  const { messages: count, firstMessageAt, lastMessageAt } = flow;
  if (firstMessageAt === 0) return [];
  const first = `${arrow} First message from ${from}`;
  const steps: Step[] = [{ at: firstMessageAt, what: first, note: '', tone: 'note' }];
  if (count < 2) return steps;
  const last = `${arrow} Latest message from ${from}`;
  const note = `${counted(count, 'message')} so far`;
  return [...steps, { at: lastMessageAt, what: last, note, tone: 'note' }];
}

function closed({ close, answer }: SocketDetail): Step[] {
  const steps: Step[] = [];
  if (close !== undefined) {
    const what = `${sideStart(close.side)} sent a close frame`;
    const note = `${close.code} ${closeCode(close.code).name}`;
    steps.push({ at: close.at, what, note, tone: 'warn' });
  }
  if (answer !== undefined) {
    const what = `${sideStart(answer.side)} answered it`;
    steps.push({ at: answer.at, what, note: `with ${answer.code}`, tone: 'plain' });
  }
  return steps;
}

function ended({ startedAt, durationMs, failure, socket }: ExchangeRow): Step[] {
  if (durationMs < 0) return [];
  const at = startedAt + durationMs;
  const after = `after ${durationText(durationMs)}`;
  if (failure !== undefined) {
    const broke = socket === undefined ? 'It never opened' : 'The connection broke';
    const note = [after, `at ${SIDE_WORDS[failure.side]}`, failure.reason];
    return [{ at, what: broke, note: note.filter((text) => text !== '').join('; '), tone: 'bad' }];
  }
  return [{ at, what: 'Connection ended', note: after, tone: 'plain' }];
}
