import type { Opening, RequestHead, StreamKind } from '@sellia/protocol';
import type { Asker } from './failure-answer.ts';
import type { Forwarded } from './forwarded.ts';
import { HOP_HEADER } from './header-rules.ts';
import type { Pipeline } from './pipeline.ts';
import type { CheckedRequest } from './request.ts';

/** A checked request with all that the relay adds to it. */
export class TunnelRequest implements Asker {
  readonly checked: CheckedRequest;
  /** What the client gets. */
  readonly head: RequestHead;
  /** Of the tunnel. */
  readonly name: string;
  readonly requestId: string;
  readonly accept: string | undefined;
  readonly forwarded: Forwarded;
  readonly visitorPort: number;
  /** Unix time. */
  readonly receivedAt = Date.now();

  constructor(
    checked: CheckedRequest,
    name: string,
    requestId: string,
    accept: string | undefined,
    forwarded: Forwarded,
    pipeline: Pipeline,
  ) {
    this.checked = checked;
    this.head = headOf(checked, forwarded, requestId);
    this.name = name;
    this.requestId = requestId;
    this.accept = accept;
    this.forwarded = forwarded;
    const { address, port } = pipeline.peer;
    this.visitorPort = forwarded.address === address ? port : 0;
  }

  get method(): string {
    return this.checked.method;
  }

  get target(): string {
    return this.checked.target;
  }

  get visitor(): string {
    return this.forwarded.address;
  }
}

export function openingOf(kind: StreamKind, asked: TunnelRequest, tunnel: number): Opening {
  const { checked, forwarded } = asked;
  return {
    kind,
    tunnel,
    visitorAddress: forwarded.address,
    visitorPort: asked.visitorPort,
    scheme: forwarded.scheme,
    // Visitors' TLS ends at a proxy in front.
    tlsVersion: '',
    requestId: asked.requestId,
    hops: checked.hops,
    receivedAt: asked.receivedAt,
    acceptsTrailers: checked.acceptsTrailers,
  };
}

/** The visitor's own lines in their order, then the relay's. Takes over `checked.headers`. */
function headOf(checked: CheckedRequest, forwarded: Forwarded, requestId: string): RequestHead {
  const { method, target, headers, hops } = checked;
  for (const text of forwarded.lines) headers.push(text);
  if (!checked.hasRequestId) headers.push('X-Request-Id', requestId);
  headers.push(HOP_HEADER, String(hops + 1));
  return { method, target, headers };
}
