import type { MuxStream, Opening, RequestHead, StreamHandler } from '@sellia/protocol';
import type { Session } from '@sellia/session';
import type { Lease, LeaseHolder, LeaseReports } from './names/lease.ts';

export interface TunnelOwner {
  /** Another session of the same client has the name now. */
  tunnelReplaced(tunnel: Tunnel): void;
  /** The session's stream numbers are used up: it leaves, its client brings another. */
  sessionExhausted(): void;
}

/** One tunnel of one session: what holds a name's lease. */
export class Tunnel implements LeaseHolder {
  /** Number that the client chose. */
  readonly tunnel: number;
  readonly reports: LeaseReports | undefined;
  /** Undefined until the name is claimed. */
  lease: Lease | undefined;
  readonly #session: Session;
  readonly #streamsMax: number;
  readonly #owner: TunnelOwner;

  constructor(
    tunnel: number,
    session: Session,
    streamsMax: number,
    wantsReports: boolean,
    owner: TunnelOwner,
  ) {
    this.tunnel = tunnel;
    this.#session = session;
    this.#streamsMax = streamsMax;
    this.#owner = owner;
    this.reports = wantsReports ? reportsTo(session, tunnel) : undefined;
  }

  get isLeaving(): boolean {
    const { state, isLeaving, isExhausted } = this.#session;
    return state !== 'open' || isLeaving || isExhausted;
  }

  get streams(): number {
    return this.#session.streamCount;
  }

  open(
    opening: Opening,
    request: RequestHead,
    ended: boolean,
    handler: StreamHandler,
  ): MuxStream | undefined {
    if (this.#session.streamCount >= this.#streamsMax) return undefined;
    const stream = this.#session.open(opening, request, ended, handler);
    if (this.#session.isExhausted) this.#owner.sessionExhausted();
    return stream;
  }

  replaced(): void {
    this.#owner.tunnelReplaced(this);
  }
}

/** Reports may be lost when the client does not keep up: they are for the eye. */
function reportsTo(session: Session, tunnel: number): LeaseReports {
  return {
    ended(stream, status, code, firstByteMs, totalMs) {
      session.sendControl({ type: 'exchange.report', stream, status, code, firstByteMs, totalMs });
    },
    refused(status, code, method, target) {
      const shown = target.slice(0, TARGET_SHOWN);
      session.sendControl({
        type: 'exchange.refused',
        tunnel,
        status,
        code,
        method,
        target: shown,
      });
    },
  };
}

/** A control message has a bound; a target of that length is not read by anybody. */
const TARGET_SHOWN = 2_048;
