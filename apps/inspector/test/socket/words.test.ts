import { expect, test } from 'vitest';
import { clockText } from '../../src/socket/clock-text.ts';
import { deflateSentences } from '../../src/socket/handshake/deflate-text.ts';
import { areaPath, linePath } from '../../src/ui/line-path.ts';

test('whole seconds', () => {
  expect([-5, 999, 61_000, 3_723_000].map(clockText)).toEqual(['0:00', '0:00', '1:01', '1:02:03']);
});

test('compression in words', () => {
  const up = { hasTakeover: true, windowBits: 15 };
  expect(deflateSentences({ up, down: { hasTakeover: false, windowBits: 10 } })).toEqual([
    'The visitor compresses messages in the light of earlier ones (context takeover), looking back 32.0 KiB (15 bits).',
    'Your app compresses messages each by itself (no context takeover), looking back 1.0 KiB (10 bits).',
  ]);
});

test('curves: from edge to edge, the highest on top, gaps for what is not known', () => {
  const size = { width: 100, height: 20, most: 4 };
  expect(linePath([0, 4, 2], size)).toBe('M0 19L50 1L100 10');
  expect(linePath([1, -1, 1, 8], size)).toBe('M0 14.5M66.7 14.5L100 1');
  expect(areaPath([0, 4], size)).toBe('M0 19L100 1V20H0Z');
  expect([linePath([], size), areaPath([], size)]).toEqual(['', '']);
});
