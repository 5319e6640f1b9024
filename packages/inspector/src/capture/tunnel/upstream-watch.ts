import type { ExchangeFact } from '@sellia/client';
import type { UpstreamHealth } from '../../exchange/tunnel-facts.ts';

const UPSTREAM = 'SELLIA_UPSTREAM_';
const REFUSED = 'SELLIA_UPSTREAM_REFUSED';

/** Whether the upstream is there, judged by the requests that reach it: it is asked nothing more. */
export class UpstreamWatch {
  #state: UpstreamHealth['state'] = 'unknown';
  #since = 0;
  #lastAnswerAt = 0;
  #code = '';
  #reason = '';

  /** It has answered, with whatever status. */
  answered(at: number): void {
    this.#turn('answers', at);
    this.#lastAnswerAt = at;
    this.#code = '';
    this.#reason = '';
  }

  /** What a visitor, the relay or the link broke off says nothing of the upstream. */
  failed({ code, reason, at }: Extract<ExchangeFact, { type: 'failed' }>): void {
    if (!code.startsWith(UPSTREAM)) return;
    this.#turn(code === REFUSED ? 'refuses' : 'fails', at);
    this.#code = code;
    this.#reason = reason;
  }

  read(): UpstreamHealth {
    return {
      state: this.#state,
      since: this.#since,
      lastAnswerAt: this.#lastAnswerAt,
      code: this.#code,
      reason: this.#reason,
    };
  }

  #turn(state: UpstreamHealth['state'], at: number): void {
    if (state === this.#state) return;
    this.#state = state;
    this.#since = at;
  }
}
