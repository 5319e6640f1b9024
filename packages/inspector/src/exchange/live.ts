import type { Status } from '../server/api/spoken.ts';
import type { ExchangeRow } from './row.ts';

/** What has changed since the last message of a live socket. */
export interface LiveChanges {
  readonly type: 'changes';
  /** Name it as `since` to go on from here. */
  readonly version: number;
  /** Forget everything first. */
  readonly isReset: boolean;
  /** New ones, and those that are another now. */
  readonly rows: readonly ExchangeRow[];
  /** Ids that are no more. */
  readonly dropped: readonly string[];
  /** How many had to go for later ones, in all. */
  readonly droppedCount: number;
}

/** The status as `GET /api/v1/status` has it: first of all, and when it has changed. */
export type LiveStatus = { readonly type: 'status' } & Status;

/** What a live socket tells. */
export type LiveMessage = LiveChanges | LiveStatus;
