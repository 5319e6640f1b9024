import type {
  ControlMessage,
  ErrorCode,
  Hello,
  MuxStream,
  OpenHead,
  Opening,
  StreamHandler,
  Welcome,
} from '@sellia/protocol';
import {
  type Clock,
  type MemoryTransport,
  memoryPair,
  Session,
  type SessionHandler,
  type SessionOptions,
  type Transport,
} from '@sellia/session';

export const opening: Opening = {
  kind: 'http',
  tunnel: 1,
  visitorAddress: '127.0.0.1',
  visitorPort: 1,
  scheme: 'http',
  tlsVersion: '',
  requestId: 'r',
  hops: 0,
  receivedAt: 0,
  acceptsTrailers: false,
};

/** Remembers what a session told its owner. */
export class Owner implements SessionHandler {
  readonly ready: (Hello | Welcome)[] = [];
  readonly streams: { stream: MuxStream; open: OpenHead; ended: boolean }[] = [];
  readonly control: ControlMessage[] = [];
  readonly closed: { code: ErrorCode; reason: string }[] = [];
  readonly faults: unknown[] = [];
  goingAway: number | undefined;
  accept: (stream: MuxStream, ended: boolean) => StreamHandler = () => new Recorder();

  onReady(peer: Hello | Welcome): void {
    this.ready.push(peer);
  }
  onStream(stream: MuxStream, open: OpenHead, ended: boolean): void {
    stream.handler = this.accept(stream, ended);
    this.streams.push({ stream, open, ended });
  }
  onControl(message: ControlMessage): void {
    this.control.push(message);
  }
  onGoingAway(lastStreamId: number): void {
    this.goingAway = lastStreamId;
  }
  onClosed(code: ErrorCode, reason: string): void {
    this.closed.push({ code, reason });
  }
  onFault(error: unknown): void {
    this.faults.push(error);
  }
}

/** A stream's owner that reads at once. */
export class Recorder implements StreamHandler {
  stream: MuxStream | undefined;
  head: string | undefined;
  bytes = 0;
  ended = false;
  code: ErrorCode | undefined;
  stopCode: ErrorCode | undefined;
  drained: () => void = () => {};
  onHead(text: string, ended: boolean): void {
    this.head = text;
    this.ended = ended;
  }
  onInfo(): void {}
  onData(chunk: Uint8Array): void {
    this.bytes += chunk.length;
    this.stream?.consume(chunk.length);
  }
  onTrailers(): void {}
  onEnd(): void {
    this.ended = true;
  }
  onReset(code: ErrorCode): void {
    this.code = code;
  }
  onStop(code: ErrorCode): void {
    this.stopCode = code;
  }
  onDrain(): void {
    this.drained();
  }
}

export interface Ends {
  readonly relay: Session;
  readonly client: Session;
  readonly relayOwner: Owner;
  readonly clientOwner: Owner;
}

/** Two sessions over the given transports; the greeting is under way. */
export function joinSessions(
  clock: Clock,
  relayTransport: Transport,
  clientTransport: Transport,
  options: Partial<SessionOptions> = {},
): Ends {
  const relayOwner = new Owner();
  const clientOwner = new Owner();
  const relay = new Session({
    role: 'relay',
    transport: relayTransport,
    clock,
    handler: relayOwner,
    agent: 'relay/test',
    sessionId: 's1',
    ...options,
  });
  const client = new Session({
    role: 'client',
    transport: clientTransport,
    clock,
    handler: clientOwner,
    agent: 'client/test',
    ...options,
  });
  return { relay, client, relayOwner, clientOwner };
}

export function memorySessions(
  clock: Clock,
  delayMs = 1,
  options: Partial<SessionOptions> = {},
): Ends & { links: [MemoryTransport, MemoryTransport] } {
  const links = memoryPair(clock, delayMs);
  return { ...joinSessions(clock, links[0], links[1], options), links };
}
