import { randomUUID } from 'node:crypto';
import {
  type ControlMessage,
  type CreditPool,
  type ErrorCode,
  type Hello,
  ProtocolError,
  type Resume,
  type TunnelOpen,
  type Welcome,
} from '@sellia/protocol';
import {
  type Clock,
  type KeptBudget,
  type ResumeVerdict,
  Session,
  type SessionHandler,
  type Timer,
  type Transport,
} from '@sellia/session';
import type { Tell } from './events.ts';
import { type FailureCode, failureOf } from './failures.ts';
import type { RelayLimits } from './limits.ts';
import type { Lease } from './names/lease.ts';
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
  /** Says which clients have shown the same API key. */
  readonly keyId: string;
  readonly processCredit: CreditPool;
  readonly keptBudget: KeptBudget;
  readonly firstStreamId: number | undefined;
  readonly parts: AttachmentParts;
  readonly owner: AttachmentOwner;
}

export interface AttachmentOwner {
  attachmentReady(attachment: Attachment): void;
  /** Its control socket wants to go on with an earlier session, which may `take` it. */
  attachmentResumes(resume: Resume, take: () => Transport | undefined): ResumeVerdict;
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
  readonly #keyId: string;
  readonly #session: Session;
  readonly #tunnels = new Map<number, Tunnel>();
  #wantsReports = false;
  /** Its control socket has gone to an earlier session; this one never was. */
  #isGivenAway = false;
  #awaySince: number | undefined;
  #drain: Timer | undefined;
  #leftAt = 0;

  constructor(options: AttachmentOptions) {
    const { parts, firstStreamId } = options;
    this.#parts = parts;
    this.#owner = options.owner;
    this.#address = options.address;
    this.#keyId = options.keyId;
    this.#session = new Session({
      role: 'relay',
      transport: options.transport,
      clock: parts.clock,
      handler: this,
      agent: AGENT,
      processCredit: options.processCredit,
      keptBudget: options.keptBudget,
      graceMs: parts.limits.resumeGraceMs,
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

  /** The session's name. */
  get session(): string {
    return this.#session.id;
  }

  /** Goes on over another control socket, if the claim is right. */
  admit(resume: Resume, take: () => Transport | undefined): boolean {
    return this.#session.admit(resume, take);
  }

  /** No new streams; the session ends when those it has are done. */
  leave(): void {
    this.#session.goAway();
    if (this.#drain === undefined) this.#leftAt = this.#parts.clock.now();
    this.#drain ??= this.#parts.clock.after(DRAIN_CHECK_MS, () => this.#endIfDrained());
  }

  close(): void {
    this.#session.close('SELLIA_GOING_AWAY', 'the relay is shutting down');
  }

  onResume(resume: Resume, take: () => Transport | undefined): ResumeVerdict {
    return this.#owner.attachmentResumes(resume, () => {
      this.#isGivenAway = true;
      return take();
    });
  }

  /** Its names stay its own; requests for them wait. */
  onAway(reason: string): void {
    this.#awaySince = this.#parts.clock.now();
    this.#parts.tell?.({ type: 'session.away', session: this.#session.id, reason });
  }

  onBack(): void {
    this.#awaySince = undefined;
    this.#parts.tell?.({ type: 'session.back', session: this.#session.id });
    for (const { lease } of this.#tunnels.values()) lease?.wake();
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
    const keepMs = this.#graceMs(code);
    for (const tunnel of [...this.#tunnels.values()]) this.#release(tunnel, reason, keepMs);
    this.#owner.attachmentClosed(this);
    if (this.#isGivenAway) return;
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
    this.#endIfOutlived();
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
      const { name } = verdict;
      const proof = message.lease === '' ? undefined : secrets.read(message.lease, name);
      const pool = message.pool === true ? this.#keyId : undefined;
      tunnel.lease = await names.claim({ name, holder: tunnel, proof, pool });
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
      this.#tellReady(tunnel, lease);
    }
  }

  #tellReady(holder: Tunnel, held: Lease): void {
    const { secrets, tell, urlOf } = this.#parts;
    const { name } = held;
    const id = held.idOf(holder);
    // Another claim was faster, and its owner has been told.
    if (id === undefined) return;
    const url = urlOf(name);
    const lease = secrets.of(name, id);
    this.#send({ type: 'tunnel.ready', tunnel: holder.tunnel, name, url, lease });
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
    if (tunnel !== undefined) this.#release(tunnel, reason, 0);
  }

  #release(tunnel: Tunnel, reason: string, keepMs: number): void {
    this.#forget(tunnel);
    const { lease } = tunnel;
    if (lease === undefined) return;
    this.#parts.names.release(lease, tunnel, keepMs);
    this.#tellClosed(tunnel, reason);
  }

  /** How long its names are kept for its client; what the session was away for counts. */
  #graceMs(code: ErrorCode): number {
    const { clock, limits } = this.#parts;
    // The client has ended the session on purpose, and does not come back for them.
    if (code === 'SELLIA_GOING_AWAY' && !this.#session.isLeaving) return 0;
    const awayMs = this.#awaySince === undefined ? 0 : clock.now() - this.#awaySince;
    return Math.max(0, limits.leaseGraceMs - awayMs);
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

  /** Its client holds the names by a fresh session: nobody will come back for this one. */
  #endIfOutlived(): void {
    if (this.#session.state !== 'away' || this.#tunnels.size > 0) return;
    this.#session.close('SELLIA_LINK_LOST', 'its client has begun a fresh session');
  }

  #endIfDrained(): void {
    const { clock } = this.#parts;
    const hasMoved = this.#tunnels.size === 0 || clock.now() - this.#leftAt >= MOVE_MS;
    if (this.#session.streamCount === 0 && hasMoved) {
      this.#session.close('SELLIA_GOING_AWAY', 'drained');
      return;
    }
    this.#drain = clock.after(DRAIN_CHECK_MS, () => this.#endIfDrained());
  }
}

/** A client that was told to go has so long to open its tunnels elsewhere before it is cut off. */
const MOVE_MS = 5_000;

/** How soon a leaving session is seen to be done. */
const DRAIN_CHECK_MS = 250;
