import type { SocketDetail, SocketFlowDetail } from '../../api/types.ts';
import { Fact, Facts } from '../../ui/facts.tsx';
import { durationText } from '../../ui/numbers.ts';
import { counted } from '../words.ts';

/** What pings measured, and what that is the time of. */
export function RoundTrips({ socket }: { readonly socket: SocketDetail }) {
  return (
    <Facts>
      <Fact name="Your app's pings">
        {tripText(socket.down)} They cross the tunnel to the visitor and come back.
      </Fact>
      <Fact name="Visitor's pings">
        {tripText(socket.up)} Measured at the client: only the way to your app and back.
      </Fact>
    </Facts>
  );
}

function tripText(flow: SocketFlowDetail): string {
  const { pings, roundTripMs, leastRoundTripMs, waitingPings } = flow;
  if (pings === 0) return 'None so far.';
  const waiting =
    waitingPings === 0 ? '' : ` ${counted(waitingPings, 'waits', 'wait')} for an answer.`;
  if (roundTripMs < 0) return `${counted(pings, 'ping')}, none answered.${waiting}`;
  const last = `${durationText(roundTripMs)} last, ${durationText(leastRoundTripMs)} at least`;
  return `${last}, of ${counted(pings, 'ping')}.${waiting}`;
}
