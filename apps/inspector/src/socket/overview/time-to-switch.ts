import type { ExchangeTiming } from '../../api/types.ts';
import { durationText } from '../../ui/numbers.ts';

/** Where the time until the answer went, as far as it is known: `connecting 1.0 ms`, `your app 3.0 ms`. */
export function switchParts(timing: ExchangeTiming): readonly string[] {
  const { firstByteMs, connectMs, visitorFirstByteMs } = timing;
  if (firstByteMs < 0) return [];
  const toClient = wayToClient(timing);
  const connecting = Math.max(0, connectMs);
  const parts: string[] = [];
  if (toClient >= 0) parts.push(`relay to client about ${durationText(toClient)}`);
  if (connectMs >= 0) parts.push(`connecting to your app ${durationText(connecting)}`);
  parts.push(`your app ${durationText(Math.max(0, firstByteMs - connecting))}`);
  if (visitorFirstByteMs >= firstByteMs) {
    const whole = durationText(visitorFirstByteMs);
    parts.push(
      `tunnel ${durationText(visitorFirstByteMs - firstByteMs)}, ${whole} for the visitor`,
    );
  }
  return parts;
}

/** Two clocks measured it; -1 where nothing is known of their difference. */
function wayToClient({ relayMs, clockDifferenceMs }: ExchangeTiming): number {
  return clockDifferenceMs === undefined ? -1 : Math.max(0, relayMs - clockDifferenceMs);
}
