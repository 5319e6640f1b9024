import { randomUUID } from 'node:crypto';
import {
  type ControlMessage,
  type CreditPool,
  type ErrorCode,
  type Hello,
  ProtocolError,
  type TunnelOpen,
  type Welcome,
} from '@sellia/protocol';
import {
  type Clock,
  Session,
  type SessionHandler,
  type Timer,
  type Transport,
} from '@sellia/session';
import type { Tell } from './events.ts';
import { type FailureCode, failureOf } from './failures.ts';
import type { RelayLimits } from './limits.ts';
import type { LeaseSecrets } from './names/lease-secret.ts';
import { checkName, makeName } from './names/name.ts';
import type { NameRegistry } from './names/registry.ts';
import { Tunnel, type TunnelOwner } from './tunnel.ts';

/** What the attachments of all clients share. */
export interface AttachmentParts {
  readonly names: NameRegistry;
  readonly secrets: LeaseSecrets;
  readonly limits: RelayLimits;
  readonly clock: Clock;
  /** Public address of a name. */
  readonly urlOf: (name: string) => string;
  readonly tell: Tell | undefined;
}

export interface AttachmentOptions {
  readonly transport: Transport;
  /** Of the client. */
  readonly address: string;
  readonly processCredit: CreditPool;
  readonly firstStreamId: number | undefined;
  readonly parts: AttachmentParts;
  readonly owner: AttachmentOwner;
}

export interface AttachmentOwner {
  attachmentReady(attachment: Attachment): void;
  /** Exactly once. */
  attachmentClosed(attachment: Attachment): void;
}

/** Name that WELCOME states. */
const AGENT = 'sellia-relay';
/** Random names tried before giving up; one is enough for a billion years. */
const RANDOM_TRIES = 3;

/** One client: its session and the tunnels it has asked for. Owns the session. */
export class Attachment implements SessionHandler, TunnelOwner {
  readonly #parts: AttachmentParts;
  readonly #owner: AttachmentOwner;
  readonly #address: string;
  readonly #session: Session;
  readonly #tunnels = new Map<number, Tunnel>();
  #wantsReports = false;
  #drain: Timer | undefined;

  constructor(options: AttachmentOptions) {
    const { parts, firstStreamId } = options;
    this.#parts = parts;
    this.#owner = options.owner;
    this.#address = options.address;
    this.#session = new Session({
      role: 'relay',
      transport: options.transport,
      clock: parts.clock,
      handler: this,
      agent: AGENT,
      processCredit: options.processCredit,
      maxStreams: parts.limits.streamsPerSession,
      sessionId: randomUUID(),
      greetingMs: parts.limits.greetingMs,
      ...(firstStreamId === undefined ? {} : { firstStreamId }),
    });
  }

  get isClosed(): boolean {
    return this.#session.state === 'closed';
  }

  get streams(): number {
    return this.#session.streamCount;
  }

  /** No new streams; the session ends when those it has are done. */
  leave(): void {
    this.#session.goAway();
    this.#drain ??= this.#parts.clock.after(DRAIN_CHECK_MS, () => this.#endIfDrained());
  }

  close(): void {
    this.#session.close('SELLIA_GOING_AWAY', 'the relay is shutting down');
  }

  onReady(peer: Hello | Welcome): void {
    this.#wantsReports = peer.capabilities.includes('reports');
    this.#owner.attachmentReady(this);
    this.#parts.tell?.({
      type: 'session.opened',
      session: this.#session.id,
      agent: peer.agent,
      address: this.#address,
    });
  }

  /** Only clients are told of streams. */
  onStream(): void {}

  onControl(message: ControlMessage): void {
    if (message.type === 'tunnel.open') this.#openTunnel(message);
    else if (message.type === 'tunnel.closed') this.#closeTunnel(message.tunnel, message.reason);
    else throw new ProtocolError('SELLIA_PROTOCOL', `${message.type} from a client`);
  }

  onGoingAway(): void {}

  onClosed(code: ErrorCode, reason: string): void {
    this.#drain?.cancel();
    for (const tunnel of [...this.#tunnels.values()]) this.#release(tunnel, reason);
    this.#owner.attachmentClosed(this);
    this.#parts.tell?.({ type: 'session.closed', session: this.#session.id, code, reason });
  }

  onFault(error: unknown): void {
    this.#parts.tell?.({ type: 'fault', error });
  }

  tunnelReplaced(tunnel: Tunnel): void {
    if (this.#tunnels.get(tunnel.tunnel) !== tunnel) return;
    this.#tunnels.delete(tunnel.tunnel);
    const reason = 'another session of this client has taken the name over';
    this.#session.sendControl({ type: 'tunnel.closed', tunnel: tunnel.tunnel, reason });
    this.#tellClosed(tunnel, reason);
  }

  sessionExhausted(): void {
    this.leave();
  }

  #openTunnel(message: TunnelOpen): void {
    const { tunnel: number, kind } = message;
    if (this.#tunnels.has(number)) {
      throw new ProtocolError('SELLIA_PROTOCOL', `tunnel ${number} is open already`);
    }
    if ((kind as string) !== 'http') {
      this.#refuse(message, 'SELLIA_KIND_UNSUPPORTED');
      return;
    }
    const { limits, tell } = this.#parts;
    if (this.#tunnels.size >= limits.tunnelsPerSession) {
      this.#refuse(message, 'SELLIA_TOO_MANY_TUNNELS');
      return;
    }
    const tunnel = new Tunnel(
      number,
      this.#session,
      limits.streamsPerSession,
      this.#wantsReports,
      this,
    );
    this.#tunnels.set(number, tunnel);
    this.#claim(tunnel, message).catch((error: unknown) => {
      tell?.({ type: 'fault', error });
      if (this.#forget(tunnel)) this.#refuse(message, 'SELLIA_INTERNAL');
    });
  }

  async #claim(tunnel: Tunnel, message: TunnelOpen): Promise<void> {
    const { names, secrets } = this.#parts;
    for (let left = RANDOM_TRIES; left > 0; left--) {
      const verdict = message.name === '' ? { name: makeName() } : checkName(message.name);
      if ('code' in verdict) {
        this.#forget(tunnel);
        this.#refuse(message, verdict.code, verdict.reason);
        return;
      }
      const isProven = message.lease !== '' && secrets.proves(message.lease, verdict.name);
      tunnel.lease = await names.claim(verdict.name, tunnel, isProven);
      if (tunnel.lease !== undefined || message.name !== '') break;
    }
    this.#claimed(tunnel, message);
  }

  #claimed(tunnel: Tunnel, message: TunnelOpen): void {
    const { lease } = tunnel;
    const isWanted = this.#tunnels.get(message.tunnel) === tunnel;
    if (lease === undefined) {
      if (this.#forget(tunnel)) this.#refuse(message, 'SELLIA_NAME_TAKEN');
    } else if (!isWanted) {
      // The client has changed its mind, or is gone.
      this.#parts.names.release(lease, tunnel);
    } else {
      this.#tellReady(tunnel, lease.name);
    }
  }

  #tellReady({ tunnel }: Tunnel, name: string): void {
    const { secrets, tell, urlOf } = this.#parts;
    const url = urlOf(name);
    const lease = secrets.of(name);
    this.#send({ type: 'tunnel.ready', tunnel, name, url, lease });
    tell?.({ type: 'tunnel.opened', session: this.#session.id, name, url });
  }

  #refuse(message: TunnelOpen, code: FailureCode, reason = failureOf(code).reason): void {
    const { hint } = failureOf(code);
    this.#send({ type: 'tunnel.refused', tunnel: message.tunnel, code, reason, hint });
    const { tell } = this.#parts;
    tell?.({ type: 'tunnel.refused', session: this.#session.id, name: message.name, code });
  }

  #closeTunnel(number: number, reason: string): void {
    const tunnel = this.#tunnels.get(number);
    if (tunnel !== undefined) this.#release(tunnel, reason);
  }

  #release(tunnel: Tunnel, reason: string): void {
    this.#forget(tunnel);
    const { lease } = tunnel;
    if (lease === undefined) return;
    const { names, limits } = this.#parts;
    // A client that we sent away for a new session is on its way back.
    names.release(lease, tunnel, this.#session.isExhausted ? limits.holdMs : 0);
    this.#tellClosed(tunnel, reason);
  }

  #forget(tunnel: Tunnel): boolean {
    return this.#tunnels.get(tunnel.tunnel) === tunnel && this.#tunnels.delete(tunnel.tunnel);
  }

  #tellClosed({ lease }: Tunnel, reason: string): void {
    const name = lease?.name ?? '';
    this.#parts.tell?.({ type: 'tunnel.closed', session: this.#session.id, name, reason });
  }

  /** A client that lets answers pile up is gone or hostile. */
  #send(message: ControlMessage): void {
    if (this.#session.sendControl(message) || this.#session.state !== 'open') return;
    this.#session.close('SELLIA_TOO_MANY_FRAMES', 'control messages are not being read');
  }

  #endIfDrained(): void {
    if (this.#session.streamCount === 0) {
      this.#session.close('SELLIA_GOING_AWAY', 'drained');
      return;
    }
    this.#drain = this.#parts.clock.after(DRAIN_CHECK_MS, () => this.#endIfDrained());
  }
}

/** How soon a leaving session is seen to be done. */
const DRAIN_CHECK_MS = 250;
