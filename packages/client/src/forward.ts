import type { ErrorCode, HeaderLines, MuxStream } from '@sellia/protocol';
import type { Clock } from '@sellia/session';
import { type DeadlineQueue, Wait, type Waiter } from './deadline-queue.ts';
import { Download } from './download.ts';
import type { ExchangeTap } from './exchange.ts';
import type { HostChoice } from './request-head.ts';
import type { BadHead } from './response-head.ts';
import type { Upstream, UpstreamExchange } from './upstream.ts';

/** What every forwarded stream of a tunnel shares. */
export interface ForwardContext {
  readonly upstream: Upstream;
  readonly host: HostChoice;
  readonly clock: Clock;
  /** Waits for response heads. */
  readonly heads: DeadlineQueue;
}

/**
 * A stream on its way to the upstream and back, of whatever kind: the response's half, the wait for
 * its head, and the one end.
 */
export abstract class Forward implements Waiter {
  protected readonly stream: MuxStream;
  protected readonly context: ForwardContext;
  protected readonly tap: ExchangeTap | undefined;
  protected readonly download: Download;
  protected readonly headWait: Wait = new Wait(this);
  protected exchange: UpstreamExchange | undefined;
  protected isOver = false;
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

  onInterim(status: number, reason: string, lines: HeaderLines): void {
    const bad = this.download.info(status, reason, lines);
    if (bad !== undefined) this.refuse(bad);
  }

  onResponse(status: number, reason: string, lines: HeaderLines): void {
    this.hasHead = true;
    this.context.heads.stop(this.headWait);
    const bad = this.download.head(status, reason, lines);
    if (bad !== undefined) this.refuse(bad);
  }

  onBody(chunk: Uint8Array): void {
    if (!this.download.data(chunk)) this.exchange?.pause();
  }

  onDeadline(): void {
    this.fail('SELLIA_UPSTREAM_TIMEOUT', 'no response head in time');
  }

  protected refuse(bad: BadHead): void {
    this.fail(bad.code, bad.reason);
  }

  /** Both sides hear that the exchange has failed. */
  protected fail(code: ErrorCode, reason: string): void {
    if (this.isOver) return;
    this.isOver = true;
    this.context.heads.stop(this.headWait);
    this.exchange?.abort();
    this.stream.reset(code, reason);
    this.stream.stop(code, reason);
    this.tap?.failed(this.context.clock.now(), code, reason);
  }
}
