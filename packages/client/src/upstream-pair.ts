import type { UpstreamRequest } from './request-head.ts';
import type { UpstreamTarget } from './target.ts';
import type { Upstream, UpstreamExchange, UpstreamHandler } from './upstream.ts';
import { UpstreamDial, type UpstreamDialOptions } from './upstream-dial.ts';
import { NodeUpstream, type NodeUpstreamOptions } from './upstream-node.ts';
import { canSend, UndiciUpstream } from './upstream-undici.ts';

/** undici for what it sends faithfully, node:http for all else and for second attempts. */
export class PairedUpstream implements Upstream {
  readonly #dial: UpstreamDial;
  readonly #undici: UndiciUpstream;
  readonly #node: NodeUpstream;

  constructor(target: UpstreamTarget, options: UpstreamDialOptions & NodeUpstreamOptions) {
    this.#dial = new UpstreamDial(target, options);
    this.#undici = new UndiciUpstream(target, this.#dial, options);
    this.#node = new NodeUpstream(this.#dial, options);
  }

  get sockets(): number {
    return this.#dial.sockets;
  }

  send(request: UpstreamRequest, handler: UpstreamHandler, isFresh: boolean): UpstreamExchange {
    return !isFresh && canSend(request)
      ? this.#undici.send(request, handler)
      : this.#node.send(request, handler, isFresh);
  }

  close(): void {
    this.#undici.close();
    this.#node.close();
  }
}
