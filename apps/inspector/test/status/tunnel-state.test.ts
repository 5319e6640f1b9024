import { expect, test } from 'vitest';
import type { TunnelStatus } from '../../src/api/types.ts';
import { stateOf, worstOf } from '../../src/status/tunnel-state.ts';

const NOW = 1_000_000;

function textOf(state: TunnelStatus['state'], attempt = 0, nextTryAt = 0): string {
  return stateOf({ state, attempt, nextTryAt }, NOW).text;
}

test('each state has its word', () => {
  expect(textOf('public')).toBe('Connected');
  expect(textOf('closing')).toBe('Draining');
  expect(textOf('closed')).toBe('Offline');
  expect(textOf('connecting')).toBe('Connecting');
});

test('a wait is counted down, and over when it is over', () => {
  expect(textOf('reconnecting', 2, NOW + 2_400)).toBe('Reconnecting in 3 s (attempt 2)');
  expect(textOf('reconnecting', 2, NOW)).toBe('Reconnecting (attempt 2)');
  expect(textOf('connecting', 1, NOW + 500)).toBe('Connecting in 1 s (attempt 1)');
});

test('of several tunnels the one that is worst off stands for all', () => {
  const tunnels = (['public', 'reconnecting', 'connecting'] as const).map(
    (state) => ({ state, name: state }) as TunnelStatus,
  );
  expect(worstOf(tunnels)?.state).toBe('reconnecting');
  expect(worstOf([])).toBeUndefined();
});
