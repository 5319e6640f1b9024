import { loadEcho } from '../loads/echo.ts';
import type { Measurement } from '../measurement.ts';

/** WebSocket echo of 64 bytes, one message in flight on each connection. */
export function websocketMeasurement(connections: number): Measurement {
  return {
    name: `websocket-${connections}`,
    title: `WebSocket echo of 64 B, ${connections} ${connections === 1 ? 'connection' : 'connections'}`,
    upstream: 'echo',
    figures: [
      { key: 'rate', label: 'messages/s', unit: '/s', better: 'higher' },
      { key: 'p50', label: 'p50', unit: 'ms', better: 'lower' },
      { key: 'p99', label: 'p99', unit: 'ms', better: 'lower' },
    ],
    warm: async (target, { warmSeconds }) => {
      if (warmSeconds > 0) await loadEcho(target, { connections, seconds: warmSeconds });
    },
    measure: async (target, { seconds }) => {
      const {
        messagesPerSecond: rate,
        p50,
        p99,
      } = await loadEcho(target, { connections, seconds });
      return { rate, p50, p99 };
    },
  };
}
