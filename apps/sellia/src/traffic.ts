import type { ClosedWith, ExchangeFact } from '@sellia/client';
import type { TunnelListener } from './events.ts';

/**
 * Exchanges that wait for the word of the relay, which comes within a round trip. Of more than that
 * the oldest is told without it: a relay that never reports must not make the table grow.
 */
const AWAITED_MAX = 1000;

/** A WebSocket that ended without a close frame (RFC 6455 section 7.1.5). */
const NO_CLOSE = { code: 1006, side: null } as const;

/** An exchange that is not told yet, or not to its end. */
interface Exchange {
  method: string;
  path: string;
  protocol: string | null;
  status: number | null;
  isUpgraded: boolean;
  /** Of a WebSocket, from its end. */
  close: ClosedWith | undefined;
  bytesIn: number;
  bytesOut: number;
}

/** Failed before the local server had answered: the relay knows what the visitor got. */
interface Unanswered {
  readonly exchange: Exchange;
  readonly code: string;
  readonly durationMs: number;
}

/**
 * Reads the feed of a tunnel and tells of each exchange when it is over, of a WebSocket also when
 * it opens. Holds one entry for each exchange that runs: the client bounds their number.
 */
export class Traffic {
  readonly #tell: TunnelListener;
  readonly #exchanges = new Map<number, Exchange>();
  readonly #unanswered = new Map<number, Unanswered>();

  constructor(tell: TunnelListener) {
    this.#tell = tell;
  }

  onFact(fact: ExchangeFact): void {
    if (fact.type === 'opened') this.#open(fact.exchange, fact.method, fact.target);
    else if (fact.type === 'refused') this.#refused(fact.refusal);
    else if (fact.type === 'reported') this.#reported(fact.exchange, fact.report.status);
    const exchange = this.#exchanges.get(fact.exchange);
    if (exchange === undefined) return;
    if (fact.type === 'responseHead') onResponse(exchange, fact.status, fact.headers);
    else if (fact.type === 'upgraded') this.#upgraded(exchange);
    else if (fact.type === 'closed' || fact.type === 'failed') {
      this.#exchanges.delete(fact.exchange);
      exchange.bytesIn = fact.requestBytes;
      exchange.bytesOut = fact.responseBytes;
      exchange.close = fact.close;
      const code = fact.type === 'failed' ? fact.code : null;
      if (code === null || exchange.status !== null) this.#over(exchange, code, fact.durationMs);
      else this.#await(fact.exchange, { exchange, code, durationMs: fact.durationMs });
    }
  }

  /** The link is lost: no report will come for what has failed before. */
  onLinkLost(): void {
    for (const number of this.#unanswered.keys()) this.#reported(number, 0);
  }

  #open(number: number, method: string, path: string): void {
    this.#exchanges.set(number, {
      method,
      path,
      protocol: null,
      status: null,
      isUpgraded: false,
      close: undefined,
      bytesIn: 0,
      bytesOut: 0,
    });
  }

  #upgraded(exchange: Exchange): void {
    exchange.isUpgraded = true;
    this.#tell({ event: 'ws.open', path: exchange.path, protocol: exchange.protocol });
  }

  #await(number: number, unanswered: Unanswered): void {
    this.#unanswered.set(number, unanswered);
    if (this.#unanswered.size <= AWAITED_MAX) return;
    const [oldest = number] = this.#unanswered.keys();
    this.#reported(oldest, 0);
  }

  /** Status 0: the visitor got none. */
  #reported(number: number, status: number): void {
    const unanswered = this.#unanswered.get(number);
    if (unanswered === undefined) return;
    this.#unanswered.delete(number);
    const { exchange, code, durationMs } = unanswered;
    exchange.status = status === 0 ? null : status;
    this.#over(exchange, code, durationMs);
  }

  #over(exchange: Exchange, code: string | null, duration: number): void {
    const { method, path, status, bytesIn, bytesOut } = exchange;
    const durationMs = Math.round(duration);
    if (exchange.isUpgraded) {
      const { code: closeCode, side: closedBy } = exchange.close ?? NO_CLOSE;
      const close = { closeCode, closedBy, code };
      this.#tell({ event: 'ws.close', path, ...close, durationMs, bytesIn, bytesOut });
    } else {
      this.#tell({ event: 'request', method, path, status, code, durationMs, bytesIn, bytesOut });
    }
  }

  /** The relay answered by itself. */
  #refused(refusal: { method: string; target: string; status: number; code: string }): void {
    const { method, target: path, status, code } = refusal;
    const nothing = { durationMs: 0, bytesIn: 0, bytesOut: 0 };
    this.#tell({ event: 'request', method, path, status, code, ...nothing });
  }
}

function onResponse(exchange: Exchange, status: number, headers: readonly string[]): void {
  exchange.status = status;
  for (let i = 0; i + 1 < headers.length; i += 2) {
    if (headers[i]?.toLowerCase() === 'sec-websocket-protocol') {
      exchange.protocol = headers[i + 1] ?? null;
    }
  }
}
