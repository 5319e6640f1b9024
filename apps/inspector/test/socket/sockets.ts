import type {
  ExchangeRow,
  SocketClose,
  SocketDetail,
  SocketFlowDetail,
} from '../../src/api/types.ts';

interface RowChanges extends Partial<Omit<ExchangeRow, 'socket'>> {
  readonly socket?: undefined;
  readonly close?: SocketClose;
}

/** A WebSocket that is open, but for what is given. */
export function socketRow(changes: RowChanges = {}): ExchangeRow {
  const { close, ...rest } = changes;
  const none = { messages: 0, bytes: 0, pings: 0, pongs: 0 };
  const socket = { subprotocol: '', up: none, down: none };
  const row = {
    ...{ id: 'a-1', order: 1, tunnel: 'one', kind: 'websocket', state: 'open', method: 'GET' },
    ...{ target: '/ws', host: 'one.test', scheme: 'https', visitor: '192.0.2.1', startedAt: 1_000 },
    ...{ status: 101, reason: 'Switching Protocols', firstByteMs: 4, durationMs: -1 },
    ...{ requestType: '', responseType: '', requestBytes: 0, responseBytes: 0, operation: '' },
    ...{ isTruncated: false, isPinned: false, replayOf: '' },
    socket: close === undefined ? socket : { ...socket, close },
    ...rest,
  };
  if (row.socket !== undefined) return row as ExchangeRow;
  const { socket: _, ...without } = row;
  return without as ExchangeRow;
}

export function flow(changes: Partial<SocketFlowDetail> = {}): SocketFlowDetail {
  const seconds = Array.from({ length: 60 }, () => 0);
  return {
    ...{ messages: 0, bytes: 0, pings: 0, pongs: 0, wireBytes: 0, texts: 0, binaries: 0 },
    ...{ averageBytes: 0, largestBytes: 0, firstMessageAt: 0, lastMessageAt: 0, fragmented: 0 },
    ...{ dataFrames: 0, compressed: 0, isInMessage: false, roundTripMs: -1, leastRoundTripMs: -1 },
    ...{ waitingPings: 0, messagesPerSecond: 0, bytesPerSecond: 0, peakMessagesPerSecond: 0 },
    ...{ peakBytesPerSecond: 0, messageSeconds: seconds, byteSeconds: seconds, broken: '' },
    ...changes,
  };
}

export function socketDetail(changes: Partial<SocketDetail> = {}): SocketDetail {
  return {
    state: 'open',
    handshake: {
      ...{ offeredSubprotocols: [], subprotocol: '', offeredExtensions: [], extensions: [] },
      ...{ version: '13', key: 'valid', accept: 'right', odd: [] },
    },
    ...{ openedAt: 1_004, idleMs: 0, up: flow(), down: flow(), broken: '' },
    ...changes,
  };
}
