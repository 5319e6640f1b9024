import type { SocketMessage } from '../../api/types.ts';
import { readTextTest } from './text-test.ts';

export type Sender = 'all' | SocketMessage['direction'];
export type FrameType = 'all' | 'text' | 'binary' | 'control';

/** Which messages are shown. */
export interface MessageFilter {
  readonly sender: Sender;
  readonly type: FrameType;
  /** A part of the content, or `/regex/`. */
  readonly text: string;
}

export const EVERYTHING: MessageFilter = { sender: 'all', type: 'all', text: '' };

/** What a filter asks of one message; `searched` is only called where it matters. */
export type MessageTest = (message: SocketMessage, searched: () => string) => boolean;

/** Throws nothing: a pattern that can not be read is told in `problem`, and ignored. */
export function messageTest({ sender, type, text }: MessageFilter): {
  readonly test: MessageTest;
  readonly problem: string;
} {
  const { holds, problem } = readTextTest(text);
  const test: MessageTest = (message, searched) =>
    (sender === 'all' || message.direction === sender) &&
    (type === 'all' || frameType(message) === type) &&
    (holds === undefined || holds(searched()));
  return { test, problem };
}

function frameType({ opcode }: SocketMessage): FrameType {
  if (opcode >= 8) return 'control';
  return opcode === 1 ? 'text' : 'binary';
}
