import type { SocketFlow } from '../../exchange/row.ts';
import type { FlowTap } from './flow-tap.ts';
import type { SocketFlowDetail } from './socket-detail.ts';
import { RING_SECONDS, type TrafficRing } from './traffic-ring.ts';

/** The second before the one that runs is the last whole one. */
const LAST_WHOLE = RING_SECONDS - 2;

/** The figures of a direction beyond those of its row; the ring stands at the present. */
export function flowDetail(
  flow: FlowTap,
  ring: TrafficRing,
  way: 0 | 1,
): Omit<SocketFlowDetail, keyof SocketFlow> {
  return { ...sizes(flow), ...times(flow), ...rates(ring, way), broken: flow.reader.broken };
}

function sizes(flow: FlowTap) {
  const { wireBytes, texts, binaries, largestBytes, fragmented, dataFrames, compressed } = flow;
  const averageBytes = flow.messages === 0 ? 0 : flow.endedBytes / flow.messages;
  return {
    ...{ wireBytes, texts, binaries, averageBytes, largestBytes },
    ...{ fragmented, dataFrames, compressed, isInMessage: flow.reader.isInMessage },
  };
}

function times({ firstMessageAt, lastMessageAt, trips }: FlowTap) {
  return {
    firstMessageAt,
    lastMessageAt,
    roundTripMs: trips.last,
    leastRoundTripMs: trips.least,
    waitingPings: trips.waiting,
  };
}

function rates(ring: TrafficRing, way: 0 | 1) {
  const messageSeconds = ring.messages(way);
  const byteSeconds = ring.bytes(way);
  return {
    messagesPerSecond: messageSeconds[LAST_WHOLE] as number,
    bytesPerSecond: byteSeconds[LAST_WHOLE] as number,
    peakMessagesPerSecond: ring.peakMessages[way],
    peakBytesPerSecond: ring.peakBytes[way],
    messageSeconds,
    byteSeconds,
  };
}
