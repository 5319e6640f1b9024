import type { Clock } from '@sellia/session';
import type { Tell } from '../events.ts';
import type { LeaseReports } from '../names/lease.ts';

export interface RecordedRequest {
  readonly name: string;
  readonly requestId: string;
  readonly visitor: string;
  readonly method: string;
  readonly target: string;
}

/** How one exchange went, for its client and for the relay's own observers. Made only for them. */
export class ExchangeRecord {
  readonly #request: RecordedRequest;
  readonly #stream: number;
  readonly #clock: Clock;
  readonly #reports: LeaseReports | undefined;
  readonly #tell: Tell | undefined;
  readonly #startedAt: number;
  #firstByteAt = -1;

  constructor(
    request: RecordedRequest,
    stream: number,
    clock: Clock,
    reports: LeaseReports | undefined,
    tell: Tell | undefined,
  ) {
    this.#request = request;
    this.#stream = stream;
    this.#clock = clock;
    this.#reports = reports;
    this.#tell = tell;
    this.#startedAt = clock.now();
  }

  answered(): void {
    if (this.#firstByteAt < 0) this.#firstByteAt = this.#clock.now();
  }

  /** `status` 0: the visitor got none. `code` empty: all went through. */
  end(status: number, code: string): void {
    const now = this.#clock.now();
    const totalMs = Math.round(now - this.#startedAt);
    const firstByte = this.#firstByteAt < 0 ? now : this.#firstByteAt;
    const firstByteMs = Math.round(firstByte - this.#startedAt);
    this.#reports?.ended(this.#stream, status, code, firstByteMs, totalMs);
    const { name, requestId, visitor, method, target } = this.#request;
    this.#tell?.({
      type: 'exchange.ended',
      name,
      requestId,
      visitor,
      method,
      target,
      status,
      code,
      firstByteMs,
      totalMs,
    });
  }
}
