import type { Buffer } from 'node:buffer';
import type { IncomingMessage } from 'node:http';
import type { Duplex } from 'node:stream';
import {
  type CreditPool,
  headerValue,
  headerValues,
  type Resume,
  limits as wire,
} from '@sellia/protocol';
import {
  ControlSocketServer,
  type KeptBudget,
  type ResumeVerdict,
  type Transport,
} from '@sellia/session';
import { Admission } from './admission.ts';
import { Attachment, type AttachmentOwner, type AttachmentParts } from './attachment.ts';
import type { FailureCode } from './failures.ts';
import { failureBytes } from './ingress/failure-answer.ts';
import { bearerOf, type Keys, keyIdentity } from './keys.ts';

/** Path of the control socket, on every host that is not a tunnel's. */
export const CONTROL_PATH = '/_sellia/connect';

export interface DoorOptions {
  readonly keys: Keys;
  /** Clients without a key are refused. */
  readonly requiresKey: boolean;
  readonly processCredit: CreditPool;
  readonly keptBudget: KeptBudget;
  readonly firstStreamId: number | undefined;
  readonly parts: AttachmentParts;
}

/**
 * The way in for clients: an upgrade, judged before any WebSocket exists, then a session.
 *
 *     GET /_sellia/connect
 *     Authorization: Bearer KEY
 *     Upgrade: websocket, Sec-WebSocket-Protocol: sellia.v1
 *                                -> 401 key, 403 Origin, 400 subprotocol, 503 full or later, or 101
 */
export class ControlDoor implements AttachmentOwner {
  readonly #options: DoorOptions;
  readonly #sockets = new ControlSocketServer();
  readonly #admission: Admission;
  readonly #attachments = new Set<Attachment>();
  /** Clients that have not introduced themselves. */
  readonly #strangers = new Set<Attachment>();
  /** By the names of their sessions, for those who come back. */
  readonly #bySession = new Map<string, Attachment>();
  #isLeaving = false;

  constructor(options: DoorOptions) {
    this.#options = options;
    const { clock, limits } = options.parts;
    const { attachesPerSecond, attachBurst } = limits;
    this.#admission = new Admission(attachesPerSecond, attachBurst, clock.now());
  }

  /** Sessions under way. */
  get sessions(): number {
    return this.#attachments.size - this.#strangers.size;
  }

  get streams(): number {
    let count = 0;
    for (const { streams } of this.#attachments) count += streams;
    return count;
  }

  attach(request: IncomingMessage, socket: Duplex, head: Buffer, address: string): void {
    const refusal = this.#judge(request.rawHeaders);
    if (refusal !== undefined) {
      this.#refuse(request, socket, refusal, address);
      return;
    }
    const { clock, limits } = this.#options.parts;
    const hasRoom = this.#strangers.size < limits.pendingSessions;
    const waitSeconds = this.#admission.ask(clock.now(), hasRoom);
    if (waitSeconds > 0) {
      this.#refuse(request, socket, 'SELLIA_TOO_MANY_ATTACHES', address, waitSeconds);
      return;
    }
    const keyId = keyIdentity(headerValue(request.rawHeaders, 'authorization'));
    // ws answers and calls back at once; what it refuses itself it closes itself.
    this.#sockets.accept(request, socket, head, (transport) =>
      this.#admit(transport, address, keyId),
    );
  }

  /** No new sessions; those there are open no new streams and end when theirs are done. */
  leave(): void {
    this.#isLeaving = true;
    for (const attachment of this.#attachments) attachment.leave();
  }

  /** Ends every session. */
  close(): void {
    for (const attachment of [...this.#attachments]) attachment.close();
    this.#sockets.close();
  }

  attachmentReady(attachment: Attachment): void {
    this.#strangers.delete(attachment);
    this.#bySession.set(attachment.session, attachment);
  }

  /** A control socket that wants to go on with an earlier session. */
  attachmentResumes(resume: Resume, take: () => Transport | undefined): ResumeVerdict {
    const attachment = this.#bySession.get(resume.session);
    if (attachment === undefined) return 'unknown';
    return attachment.admit(resume, take) ? 'taken' : 'refused';
  }

  attachmentClosed(attachment: Attachment): void {
    this.#strangers.delete(attachment);
    if (this.#bySession.get(attachment.session) === attachment) {
      this.#bySession.delete(attachment.session);
    }
    this.#attachments.delete(attachment);
  }

  #admit(transport: Transport, address: string, keyId: string): void {
    const { firstStreamId, parts, processCredit, keptBudget } = this.#options;
    const attachment = new Attachment({
      transport,
      address,
      keyId,
      processCredit,
      keptBudget,
      firstStreamId,
      parts,
      owner: this,
    });
    if (attachment.isClosed) return;
    this.#attachments.add(attachment);
    this.#strangers.add(attachment);
  }

  #judge(rawHeaders: readonly string[]): FailureCode | undefined {
    const { limits } = this.#options.parts;
    if (headerValue(rawHeaders, 'origin') !== undefined) return 'SELLIA_ORIGIN_REFUSED';
    if (!this.#isAdmitted(rawHeaders)) return 'SELLIA_UNAUTHORIZED';
    const offered = headerValues(rawHeaders, 'sec-websocket-protocol').join(',').split(',');
    const speaksOurs = offered.some((protocol) => protocol.trim() === wire.SUBPROTOCOL);
    if (!speaksOurs) return 'SELLIA_SUBPROTOCOL';
    if (this.#isLeaving) return 'SELLIA_GOING_AWAY';
    return this.#attachments.size >= limits.sessions ? 'SELLIA_TOO_MANY_SESSIONS' : undefined;
  }

  /** A key, where one is shown, must be right even if none is required. */
  #isAdmitted(rawHeaders: readonly string[]): boolean {
    const { keys, requiresKey } = this.#options;
    const [authorization, ...others] = headerValues(rawHeaders, 'authorization');
    if (authorization === undefined) return !requiresKey;
    if (keys.isEmpty) return true;
    const key = others.length === 0 ? bearerOf(authorization) : undefined;
    return key !== undefined && keys.includes(key);
  }

  #refuse(
    request: IncomingMessage,
    socket: Duplex,
    code: FailureCode,
    address: string,
    retryAfter?: number,
  ): void {
    const accept = headerValue(request.rawHeaders, 'accept');
    const bytes = failureBytes(code, { method: 'GET', accept, requestId: '' }, retryAfter);
    socket.end(bytes, () => socket.destroy());
    this.#options.parts.tell?.({ type: 'session.refused', address, code });
  }
}
