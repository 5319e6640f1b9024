import {
  type ControlMessage,
  type ErrorCode,
  encodeControl,
  encodeFrame,
  encodeOpen,
  encodeResponse,
  FrameType,
  type Hello,
  limits,
  type Opening,
  type RequestHead,
  type Welcome,
  wireOf,
} from '@sellia/protocol';

/**
 * Frames written by hand, byte for byte, so that a test can say what no honest peer would. Nothing
 * here checks anything.
 */

const EMPTY = new Uint8Array(0);

export function frame(type: number, streamId: number, payload: Uint8Array = EMPTY, end = false) {
  return encodeFrame({ type, streamId, end, payload });
}

export function helloFrame(fields: Partial<Hello> & Record<string, unknown> = {}): Uint8Array {
  const hello: Hello = {
    version: limits.PROTOCOL_VERSION,
    capabilities: [],
    initialWindow: limits.INITIAL_WINDOW,
    maxStreams: 1_000,
    agent: 'control-peer/1',
    ...fields,
  };
  return frame(FrameType.Hello, 0, latin1(encodeControl(hello)));
}

export function welcomeFrame(fields: Partial<Welcome> & Record<string, unknown> = {}): Uint8Array {
  const welcome: Welcome = {
    version: limits.PROTOCOL_VERSION,
    capabilities: [],
    initialWindow: limits.INITIAL_WINDOW,
    maxStreams: 1_000,
    agent: 'control-peer/1',
    session: 'session-by-hand',
    secret: '',
    graceMs: 0,
    ...fields,
  };
  return frame(FrameType.Welcome, 0, latin1(encodeControl(welcome)));
}

export function controlFrame(message: ControlMessage): Uint8Array {
  return frame(FrameType.Control, 0, latin1(encodeControl(message)));
}

/** OPEN of a plain GET, with what a test wants otherwise. */
export function openFrame(
  streamId: number,
  request: Partial<RequestHead> = {},
  opening: Partial<Opening> = {},
  end = true,
): Uint8Array {
  const text = encodeOpen(
    {
      kind: 'http',
      tunnel: 1,
      visitorAddress: '192.0.2.1',
      visitorPort: 40_000,
      scheme: 'http',
      tlsVersion: '',
      requestId: `request-${streamId}`,
      hops: 0,
      receivedAt: 1_700_000_000_000,
      acceptsTrailers: false,
      ...opening,
    },
    { method: 'GET', target: '/', headers: ['Host', 'name.localhost'], ...request },
  );
  return frame(FrameType.Open, streamId, latin1(text), end);
}

export function headFrame(
  streamId: number,
  status: number,
  headers: string[] = [],
  end = false,
): Uint8Array {
  return frame(FrameType.Head, streamId, latin1(encodeResponse(status, 'Reason', headers)), end);
}

export function dataFrame(streamId: number, bytes: Uint8Array | string, end = false): Uint8Array {
  return frame(FrameType.Data, streamId, typeof bytes === 'string' ? latin1(bytes) : bytes, end);
}

export function windowFrame(streamId: number, grant: number): Uint8Array {
  const payload = Buffer.alloc(4);
  payload.writeUInt32BE(grant);
  return frame(FrameType.Window, streamId, payload);
}

export function resetFrame(streamId: number, code: ErrorCode, reason = ''): Uint8Array {
  return frame(FrameType.Reset, streamId, errorPayload(code, reason));
}

export function stopFrame(streamId: number, code: ErrorCode, reason = ''): Uint8Array {
  return frame(FrameType.Stop, streamId, errorPayload(code, reason));
}

export function goawayFrame(code: ErrorCode, reason: string): Uint8Array {
  return frame(FrameType.Goaway, 0, errorPayload(code, reason));
}

export function drainFrame(lastStreamId: number): Uint8Array {
  const payload = Buffer.alloc(4);
  payload.writeUInt32BE(lastStreamId);
  return frame(FrameType.Drain, 0, payload);
}

/** ACK, PING or PONG. */
export function countFrame(type: number, count: number): Uint8Array {
  const payload = Buffer.alloc(8);
  payload.writeBigUInt64BE(BigInt(count));
  return frame(type, 0, payload);
}

/** The eight bytes of a header that may lie about everything. */
export function rawHeader(streamId: number, flags: number, length: number): Uint8Array {
  const header = Buffer.alloc(limits.FRAME_HEADER);
  header.writeUInt32BE(streamId);
  header[4] = flags;
  header.writeUIntBE(length, 5, 3);
  return header;
}

export function latin1(text: string): Uint8Array {
  return Buffer.from(text, 'latin1');
}

function errorPayload(code: ErrorCode, reason: string): Uint8Array {
  const payload = Buffer.alloc(2 + reason.length);
  payload.writeUInt16BE(wireOf(code));
  payload.write(reason, 2, 'latin1');
  return payload;
}
