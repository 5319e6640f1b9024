import type { SocketClose } from '../api/types.ts';
import { SIDE_WORDS } from '../detail/state-words.ts';
import { capital } from '../ui/capital.ts';
import { countText } from '../ui/numbers.ts';

/** The two directions, by whose messages they carry. */
export const UP = { arrow: '↑', from: 'the visitor', words: 'Visitor to your app' } as const;
export const DOWN = { arrow: '↓', from: 'your app', words: 'Your app to visitor' } as const;
export type Way = typeof UP | typeof DOWN;

/** A side at the beginning of a sentence. */
export function sideStart(side: SocketClose['side']): string {
  return capital(SIDE_WORDS[side]);
}

/** `1 message`, `1,204 messages`. */
export function counted(count: number, one: string, many = `${one}s`): string {
  return `${countText(count)} ${count === 1 ? one : many}`;
}
