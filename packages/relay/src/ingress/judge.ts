import type { IncomingMessage } from 'node:http';
import type { TrustedProxies } from './address.ts';
import { type Forwarded, forwardedByProxy, type Peer, schemeOf } from './forwarded.ts';
import { HostReader } from './host.ts';
import { TunnelRequest } from './opening.ts';
import type { Pipeline } from './pipeline.ts';
import { type CheckedRequest, checkRequest, type RefusedRequest } from './request.ts';
import { RequestIds } from './request-ids.ts';

/** What node's type leaves open for responses; a request always has both. */
type CompleteHead = IncomingMessage & { readonly method: string; readonly url: string };

/** Decides on requests as they come from the parser, and adds what the relay has to say of them. */
export class Judge {
  readonly #hosts: HostReader;
  readonly #headerLines: number;
  readonly #trusted: TrustedProxies;
  readonly #requestIds = new RequestIds();

  constructor(domain: string, headerLines: number, trusted: TrustedProxies) {
    this.#hosts = new HostReader(domain);
    this.#headerLines = headerLines;
    this.#trusted = trusted;
  }

  decide(request: IncomingMessage, peer: Peer): CheckedRequest | RefusedRequest {
    const stated = peer.isTrusted ? schemeOf(request.rawHeaders) : undefined;
    return checkRequest(request as CompleteHead, {
      hosts: this.#hosts,
      headerLines: this.#headerLines,
      scheme: stated ?? peer.scheme,
    });
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
