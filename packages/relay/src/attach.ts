import type { Buffer } from 'node:buffer';
import type { IncomingMessage } from 'node:http';
import type { Duplex } from 'node:stream';
import { type CreditPool, headerValue, headerValues, limits as wire } from '@sellia/protocol';
import { ControlSocketServer, type Transport } from '@sellia/session';
import { Attachment, type AttachmentOwner, type AttachmentParts } from './attachment.ts';
import type { FailureCode } from './failures.ts';
import { failureBytes } from './ingress/failure-answer.ts';
import { bearerOf, type Keys } from './keys.ts';

/** Path of the control socket, on every host that is not a tunnel's. */
export const CONTROL_PATH = '/_sellia/connect';

export interface DoorOptions {
  readonly keys: Keys;
  /** Clients without a key are refused. */
  readonly requiresKey: boolean;
  readonly processCredit: CreditPool;
  readonly firstStreamId: number | undefined;
  readonly parts: AttachmentParts;
}

/**
 * The way in for clients: an upgrade, judged before any WebSocket exists, then a session.
 *
 *     GET /_sellia/connect
 *     Authorization: Bearer KEY
 *     Upgrade: websocket, Sec-WebSocket-Protocol: sellia.v1
 *                                -> 401 key, 403 Origin, 400 subprotocol, 503 full, or 101
 */
export class ControlDoor implements AttachmentOwner {
  readonly #options: DoorOptions;
  readonly #sockets = new ControlSocketServer();
  readonly #attachments = new Set<Attachment>();
  /** Clients that have not introduced themselves. */
  readonly #strangers = new Set<Attachment>();
  #isLeaving = false;

  constructor(options: DoorOptions) {
    this.#options = options;
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
    // ws answers and calls back at once; what it refuses itself it closes itself.
    this.#sockets.accept(request, socket, head, (transport) => this.#admit(transport, address));
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
  }

  attachmentClosed(attachment: Attachment): void {
    this.#strangers.delete(attachment);
    this.#attachments.delete(attachment);
  }

  #admit(transport: Transport, address: string): void {
    const { firstStreamId, parts, processCredit } = this.#options;
    const attachment = new Attachment({
      transport,
      address,
      processCredit,
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
    const isFull =
      this.#strangers.size >= limits.pendingSessions || this.#attachments.size >= limits.sessions;
    return isFull ? 'SELLIA_TOO_MANY_SESSIONS' : undefined;
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

  #refuse(request: IncomingMessage, socket: Duplex, code: FailureCode, address: string): void {
    const accept = headerValue(request.rawHeaders, 'accept');
    const bytes = failureBytes(code, { method: 'GET', accept, requestId: '' });
    socket.end(bytes, () => socket.destroy());
    this.#options.parts.tell?.({ type: 'session.refused', address, code });
  }
}
