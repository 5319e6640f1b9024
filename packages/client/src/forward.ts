import type { Socket } from 'node:net';
import type { ErrorCode, HeaderLines, MuxStream } from '@sellia/protocol';
import type { Clock } from '@sellia/session';
import { type DeadlineQueue, Wait } from './deadline-queue.ts';
import { Download } from './download.ts';
import type { ExchangeTap } from './exchange-tap.ts';
import { ForwardGuard, type Guarded } from './forward-guard.ts';
import type { OpenSockets } from './open-sockets.ts';
import type { HostChoice } from './request-head.ts';
import type { BadHead } from './response-head.ts';
import type { Upstream, UpstreamExchange, UpstreamFailure } from './upstream.ts';

/** What every forwarded stream of a tunnel shares. */
export interface ForwardContext {
  readonly upstream: Upstream;
  readonly host: HostChoice;
  readonly clock: Clock;
  /** Waits for response heads. */
  readonly heads: DeadlineQueue;
  readonly sockets: OpenSockets;
  /** A defect of ours; one exchange failed. */
  readonly onFault: (error: unknown) => void;
}

/**
 * A stream on its way to the upstream and back, of whatever kind: the response's half, the wait for
 * its head, and the one end.
 */
export abstract class Forward implements Guarded {
  protected readonly stream: MuxStream;
  protected readonly context: ForwardContext;
  protected readonly tap: ExchangeTap | undefined;
  protected readonly download: Download;
  /** In its place wherever it is called by others than its stream. */
  protected readonly guard: ForwardGuard = new ForwardGuard(this);
  protected readonly headWait: Wait = new Wait(this.guard);
  protected exchange: UpstreamExchange | undefined;
  protected isOver = false;
  /** The request's head is not all of it. */
  protected hasBody = false;
  /** The response head has come. */
  protected hasHead = false;

  /** `isAsked`: the visitor waits for a `100 Continue`. */
  constructor(
    stream: MuxStream,
    method: string,
    isAsked: boolean,
    context: ForwardContext,
    tap: ExchangeTap | undefined,
  ) {
    this.stream = stream;
    this.context = context;
    this.tap = tap;
    this.download = new Download(stream, method, isAsked, tap);
  }

  // The relay opens streams and sends no response.
  onHead(): void {}
  onInfo(): void {}

  /** The visitor's request was cut: the upstream must see it as cut. */
  onReset(code: ErrorCode, reason: string): void {
    this.fail(code, reason);
  }

  /** Nobody wants the response. */
  onStop(code: ErrorCode, reason: string): void {
    this.fail(code, reason);
  }

  onDrain(): void {
    this.exchange?.resume();
  }

  onConnected(isReused: boolean): void {
    this.tap?.connected(this.context.clock.now(), isReused, this.hasBody);
  }

  onInterim(status: number, reason: string, lines: HeaderLines): void {
    const bad = this.download.info(status, reason, lines);
    if (bad !== undefined) this.refuse(bad);
  }

  onResponse(status: number, reason: string, lines: HeaderLines): void {
    this.hasHead = true;
    this.tap?.answered(this.context.clock.now());
    this.context.heads.stop(this.headWait);
    const bad = this.download.head(status, reason, lines);
    if (bad !== undefined) this.refuse(bad);
  }

  onBody(chunk: Uint8Array): void {
    if (!this.download.data(chunk)) this.exchange?.pause();
  }

  abstract onComplete(trailers: HeaderLines): void;
  abstract onWritable(): void;
  abstract onSwitch(
    status: number,
    reason: string,
    lines: HeaderLines,
    socket: Socket,
    rest: Uint8Array,
  ): void;
  abstract onFailure(failure: UpstreamFailure): void;

  onDeadline(): void {
    this.fail('SELLIA_UPSTREAM_TIMEOUT', 'no response head in time');
  }

  /**
   * Something here has thrown, be it in the midst of an end. What has not left of the response does
   * not leave, and so no clean end does: nobody can say whether it would be right.
   */
  fault(error: unknown): void {
    const [code, reason] = ['SELLIA_INTERNAL', 'a handler failed'] as const;
    this.stream.abort(code, reason);
    try {
      this.letGo(code, reason);
    } catch {
      // What has thrown once may throw again.
    }
    this.context.onFault(error);
  }

  protected refuse(bad: BadHead): void {
    this.fail(bad.code, bad.reason);
  }

  /** Both sides hear that the exchange has failed. */
  protected fail(code: ErrorCode, reason: string): void {
    if (this.isOver) return;
    this.stream.reset(code, reason);
    this.stream.stop(code, reason);
    this.letGo(code, reason);
  }

  /** The end of all but the stream. */
  protected letGo(code: ErrorCode, reason: string): void {
    this.isOver = true;
    this.context.heads.stop(this.headWait);
    this.tap?.failed(this.context.clock.now(), code, reason);
    this.exchange?.abort();
  }
}
