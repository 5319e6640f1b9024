import type { IncomingMessage } from 'node:http';
import type { TrustedProxies } from './address.ts';
import { type Forwarded, forwardedByProxy, type Peer, schemeOf } from './forwarded.ts';
import { type HostRoute, routeHost } from './host.ts';
import { TunnelRequest } from './opening.ts';
import type { Pipeline } from './pipeline.ts';
import { type CheckedRequest, checkRequest, isRefused, type RefusedRequest } from './request.ts';
import { RequestIds } from './request-ids.ts';

/** A request that may be answered, and by whom. */
export interface Verdict {
  readonly checked: CheckedRequest;
  readonly route: HostRoute;
}

/** What node's type leaves open for responses; a request always has both. */
type CompleteHead = IncomingMessage & { readonly method: string; readonly url: string };

const FOREIGN: HostRoute = { kind: 'foreign' };

/** Decides on requests as they come from the parser, and adds what the relay has to say of them. */
export class Judge {
  readonly #domain: string;
  readonly #headerLines: number;
  readonly #trusted: TrustedProxies;
  readonly #requestIds = new RequestIds();

  constructor(domain: string, headerLines: number, trusted: TrustedProxies) {
    this.#domain = domain;
    this.#headerLines = headerLines;
    this.#trusted = trusted;
  }

  decide(request: IncomingMessage, peer: Peer): Verdict | RefusedRequest {
    const stated = peer.isTrusted ? schemeOf(request.rawHeaders) : undefined;
    const bounds = { headerLines: this.#headerLines, scheme: stated ?? peer.scheme };
    const checked = checkRequest(request as CompleteHead, bounds);
    if (isRefused(checked)) return checked;
    const hostname = checked.host?.hostname;
    return { checked, route: hostname === undefined ? FOREIGN : routeHost(hostname, this.#domain) };
  }

  /** The request as the tunnel `name` gets it. */
  admit(
    request: IncomingMessage,
    checked: CheckedRequest,
    name: string,
    pipeline: Pipeline,
  ): TunnelRequest {
    const id = this.#requestIds.next();
    const forwarded = this.#forwarded(checked, pipeline);
    return new TunnelRequest(checked, name, id, request.headers.accept, forwarded, pipeline);
  }

  #forwarded({ hostHeader, forwarding }: CheckedRequest, { peer, visitor }: Pipeline): Forwarded {
    if (!peer.isTrusted) return visitor.forwardedFor(hostHeader);
    return forwardedByProxy(peer, hostHeader, forwarding, this.#trusted);
  }
}
