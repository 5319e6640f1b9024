import type { TunnelStatus } from '../api/types.ts';
import type { Tone } from '../ui/pill.tsx';

/** How a tunnel stands, in a word or a few. */
export interface ShownState {
  readonly tone: Tone;
  readonly text: string;
}

type Facts = Pick<TunnelStatus, 'state' | 'attempt' | 'nextTryAt'>;

/** `now`: Unix milliseconds. */
export function stateOf(tunnel: Facts, now: number): ShownState {
  if (tunnel.state === 'public') return { tone: 'good', text: 'Connected' };
  if (tunnel.state === 'closing') return { tone: 'warn', text: 'Draining' };
  if (tunnel.state === 'closed') return { tone: 'bad', text: 'Offline' };
  const verb = tunnel.state === 'connecting' ? 'Connecting' : 'Reconnecting';
  return { tone: 'warn', text: `${verb}${waitText(tunnel, now)}` };
}

/** ` in 3 s (attempt 2)`; without a wait only the attempt, and nothing before the first. */
function waitText({ attempt, nextTryAt }: Facts, now: number): string {
  if (attempt === 0) return '';
  const seconds = Math.ceil((nextTryAt - now) / 1000);
  return `${seconds > 0 ? ` in ${seconds} s` : ''} (attempt ${attempt})`;
}

const RANK = ['public', 'connecting', 'closing', 'reconnecting', 'closed'] as const;

/** The one that is worst off stands for all. */
export function worstOf(tunnels: readonly TunnelStatus[]): TunnelStatus | undefined {
  return tunnels.toSorted((one, other) => RANK.indexOf(other.state) - RANK.indexOf(one.state))[0];
}

/** Whether it counts down, and so is to be shown anew each second. */
export function isWaiting({ nextTryAt, state }: Facts): boolean {
  return nextTryAt > 0 && state !== 'public';
}
