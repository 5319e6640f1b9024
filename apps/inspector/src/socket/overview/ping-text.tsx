import type { SocketDetail } from '../../api/types.ts';
import { durationText } from '../../ui/numbers.ts';

interface PingTextProps {
  readonly socket: SocketDetail;
  /** No ping will come any more. */
  readonly isOver: boolean;
}

/**
 * How long pings took, in words. The client measures: pings of the visitor end at the local server,
 * pings of the local server cross the tunnel and come back.
 */
export function PingText({ socket: { up, down }, isOver }: PingTextProps) {
  const parts: string[] = [];
  if (down.roundTripMs >= 0)
    parts.push(`${durationText(down.roundTripMs)} to the visitor and back`);
  if (up.roundTripMs >= 0) parts.push(`${durationText(up.roundTripMs)} to your app and back`);
  if (parts.length > 0) return parts.join(', ');
  if (isOver) return 'no pings';
  const waiting = up.waitingPings + down.waitingPings;
  return waiting > 0 ? 'waiting for a pong' : 'no pings yet';
}
