import type { ErrorCode } from '@sellia/protocol';
import { expect } from 'vitest';
import type { ControlPeer } from './control-peer.ts';

/** The other side ends the session with one of these codes and a reason that can be read. */
export async function expectGoaway(peer: ControlPeer, ...codes: ErrorCode[]): Promise<void> {
  const ending = await peer.ending();
  expect(codes).toContain(ending.code);
  expect(ending.reason).not.toBe('');
}
