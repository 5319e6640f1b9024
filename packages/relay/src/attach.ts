import type { IncomingMessage } from 'node:http';
import type { Duplex } from 'node:stream';
import { type CreditPool, headerValue, headerValues, limits as wire } from '@sellia/protocol';
import { type Clock, ControlSocketServer } from '@sellia/session';
import { Attachment, type AttachmentParts } from './attachment.ts';
import type { FailureCode } from './failures.ts';
import { failureBytes } from './ingress/failure-answer.ts';
import { bearerOf, type Keys } from './keys.ts';

/** Path of the control socket, on every host that is not a tunnel's. */
export const CONTROL_PATH = '/_sellia/connect';

export interface AttachOptions {
  readonly keys: Keys;
  /** Clients without a key are refused. */
  readonly requiresKey: boolean;
  readonly processCredit: CreditPool;
  readonly firstStreamId: number | undefined;
  readonly parts: AttachmentParts;
}

/**
 * The way in for clients: upgrade, judged before any WebSocket exists, then a session.
 *
 *     GET /_sellia/connect, Upgrade: websocket, Sec-WebSocket-Protocol: sellia.v1
 *     Authorization: Bearer KEY              -> 401 | 403 (Origin) | 503 (full) | 101
 */
export class ControlDoor {
  readonly #options: AttachOptions;
  readonly #sockets = new ControlSocketServer();
  readonly #attachments = new Set<Attachment>();
  /** Sockets whose upgrade is under way or whose client has not said HELLO. */
  readonly #pending = new Set<Duplex>();
  #isLeaving = false;

  constructor(options: AttachOptions) {
    this.#options = options;
  }

  /** Sessions that have been welcomed. */
  get sessions(): number {
    let count = 0;
    for (const attachment of this.#attachments) if (attachment.isOpen) count++;
    return count;
  }

  get streams(): number {
    let count = 0;
    for (const { streams } of this.#attachments) count += streams;
    return count;
  }

  attach(request: IncomingMessage, socket: Duplex, head: Buffer, address: string): void {
    const refusal = this.#judge(request);
    if (refusal !== undefined) {
      this.#refuse(socket, refusal, address, headerValue(request.rawHeaders, 'accept'));
      return;
    }
    this.#pending.add(socket);
    const settle = () => this.#pending.delete(socket);
    socket.once('close', settle);
    this.#sockets.accept(request, socket, head, (transport) => {
      const { firstStreamId, parts, processCredit } = this.#options;
      const attachment = new Attachment({ transport, address, processCredit, firstStreamId, parts });
      this.#attachments.add(attachment);
      attachment.onReady = settle;
      attachment.onClosed = () => this.#attachments.delete(attachment);
    });
  }

  /** No new sessions; those there are open no new streams. */
  leave(): void {
    this.#isLeaving = true;
    for (const attachment of this.#attachments) attachment.leave();
  }

  /** Ends every session. */
  close(): void {
    for (const attachment of [...this.#attachments]) attachment.close();
    for (const socket of this.#pending) socket.destroy();
    this.#sockets.close();
  }

  #judge(request: IncomingMessage): FailureCode | undefined {
    const { limits } = this.#options.parts;
    const { rawHeaders } = request;
    if (headerValue(rawHeaders, 'origin') !== undefined) return 'SELLIA_ORIGIN_REFUSED';
    if (!this.#isAdmitted(rawHeaders)) return 'SELLIA_UNAUTHORIZED';
    const offered = headerValues(rawHeaders, 'sec-websocket-protocol').join(',').split(',');
    const speaksOurs = offered.some((protocol) => protocol.trim() === wire.SUBPROTOCOL);
    if (!speaksOurs) return 'SELLIA_SUBPROTOCOL';
    if (this.#isLeaving) return 'SELLIA_GOING_AWAY';
    const isFull =
      this.#pending.size >= limits.pendingSessions || this.#attachments.size >= limits.sessions;
    return isFull ? 'SELLIA_TOO_MANY_SESSIONS' : undefined;
  }

  /** A key, when there is one, must be right even where none is required. */
  #isAdmitted(rawHeaders: readonly string[]): boolean {
    const { keys, requiresKey } = this.#options;
    const [authorization, ...others] = headerValues(rawHeaders, 'authorization');
    if (authorization === undefined) return !requiresKey;
    if (keys.isEmpty) return true;
    const key = others.length === 0 ? bearerOf(authorization) : undefined;
    return key !== undefined && keys.includes(key);
  }

  #refuse(socket: Duplex, code: FailureCode, address: string, accept: string | undefined): void {
    socket.on('error', () => {});
    socket.end(failureBytes(code, { method: 'GET', accept, requestId: '' }), () => socket.destroy());
    this.#options.parts.tell?.({ type: 'session.refused', address, code });
  }
}

export type { Clock };
