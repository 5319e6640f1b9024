import { randomUUID } from 'node:crypto';
import {
  type ControlMessage,
  type CreditPool,
  type ErrorCode,
  type Hello,
  type MuxStream,
  type Opening,
  ProtocolError,
  type RequestHead,
  type StreamHandler,
  type TunnelOpen,
  type Welcome,
} from '@sellia/protocol';
import { type Clock, Session, type SessionHandler, type Transport } from '@sellia/session';
import type { Tell } from './events.ts';
import { type FailureCode, failureOf } from './failures.ts';
import type { RelayLimits } from './limits.ts';
import type { Lease, LeaseHolder, LeaseReports } from './names/lease.ts';
import type { LeaseSecrets } from './names/lease-secret.ts';
import { checkName, makeName } from './names/name.ts';
import type { NameRegistry } from './names/registry.ts';

/** What every client's attachment shares. */
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
}

/** Name and version that WELCOME states. */
const AGENT = 'sellia-relay';

/** One client: its session, and the tunnels that it has asked for. Owns the session. */
export class Attachment implements SessionHandler {
  /** The client has introduced itself. */
  onReady: (peer?: Hello | Welcome) => void = () => {};
  onClosed: (code: ErrorCode, reason: string) => void = () => {};
  readonly #parts: AttachmentParts;
  readonly #address: string;
  readonly #session: Session;
  readonly #tunnels = new Map<number, Tunnel>();
  #wantsReports = false;
}
