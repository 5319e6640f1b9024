import type { TunnelStatus } from '@sellia/client';
import type { Outage } from '../../exchange/tunnel-facts.ts';

/** Outages that are remembered. */
const OUTAGES_MAX = 50;
/** Characters of a reason: part of it may be a relay's own text. */
const REASON_MAX = 500;

/** When a tunnel's connection to the relay was lost, why, and for how long. */
export class OutageLog {
  readonly #past: Outage[] = [];
  #now: Outage | undefined;
  #wasPublic = false;
  #count = 0;

  /** Of all time, also of those that are forgotten. */
  get count(): number {
    return this.#count;
  }

  /** The newest first; the one that lasts, if there is one, before all. */
  read(): Outage[] {
    return this.#now === undefined ? [...this.#past] : [this.#now, ...this.#past];
  }

  tell(status: TunnelStatus, at: number): void {
    if (status.state === 'reconnecting') this.#lost(status, at);
    else if (status.state === 'public') this.#found(at);
  }

  #lost({ error, attempt }: Extract<TunnelStatus, { state: 'reconnecting' }>, at: number): void {
    if (this.#now === undefined) this.#count++;
    const { code, message } = error;
    const cause = { at, awayMs: -1, code, reason: message.slice(0, REASON_MAX) };
    this.#now = { ...(this.#now ?? cause), attempts: attempt };
  }

  #found(at: number): void {
    if (this.#now !== undefined)
      this.#keep({ ...this.#now, awayMs: Math.max(0, at - this.#now.at) });
    else if (this.#wasPublic) this.#tookOver(at);
    this.#now = undefined;
    this.#wasPublic = true;
  }

  /** A relay that leaves says so before: the next connection is there while the old one still is. */
  #tookOver(at: number): void {
    this.#count++;
    const reason = 'The relay was leaving; the next connection took over without a gap.';
    this.#keep({ at, awayMs: 0, attempts: 1, code: 'SELLIA_GOING_AWAY', reason });
  }

  #keep(outage: Outage): void {
    this.#past.unshift(outage);
    if (this.#past.length > OUTAGES_MAX) this.#past.length = OUTAGES_MAX;
  }
}
