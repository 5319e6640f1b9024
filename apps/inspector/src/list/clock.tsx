import { createContext, type ReactNode, use } from 'react';
import { useViewOf } from '../traffic/use-traffic.ts';
import { useNow } from '../ui/now.ts';

/** Milliseconds between two looks at the clock. */
const EVERY_MS = 1_000;

const Clock = createContext(0);

/** One clock for all that tells an age or a duration; it stands still while the list does. */
export function ClockProvider({ children }: { readonly children: ReactNode }) {
  const isPaused = useViewOf((view) => view.isPaused);
  return <RunningClock isOn={!isPaused}>{children}</RunningClock>;
}

interface RunningClockProps {
  readonly isOn: boolean;
  readonly children: ReactNode;
}

/** ... for another list than that of this inspector. */
export function RunningClock({ isOn, children }: RunningClockProps) {
  const now = useNow(EVERY_MS, isOn);
  return <Clock value={now}>{children}</Clock>;
}

/** Unix milliseconds, as of the last second. */
export function useClock(): number {
  return use(Clock);
}
