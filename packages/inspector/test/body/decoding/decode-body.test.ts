import * as zlib from 'node:zlib';
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { DECODED_MAX, decodeBody } from '../../../src/body/decoding/decode-body.ts';

const encoders: Record<string, (bytes: Uint8Array) => Uint8Array> = {
  gzip: (bytes) => zlib.gzipSync(bytes),
  'x-gzip': (bytes) => zlib.gzipSync(bytes),
  deflate: (bytes) => zlib.deflateSync(bytes),
  'deflate, identity': (bytes) => zlib.deflateRawSync(bytes),
  br: (bytes) => zlib.brotliCompressSync(bytes),
  ...(typeof zlib.zstdCompressSync === 'function'
    ? { zstd: (bytes: Uint8Array) => zlib.zstdCompressSync(bytes) }
    : {}),
};
const encodings = Object.keys(encoders);

const encode = (encoding: string, bytes: Uint8Array) =>
  new Uint8Array(encoders[encoding]?.(bytes) ?? bytes);
const bytesOf = (text: string) => new TextEncoder().encode(text);
const textOf = (bytes: Uint8Array) => new TextDecoder().decode(bytes);
const concat = (...parts: Uint8Array[]) => new Uint8Array(Buffer.concat(parts));

const sample = bytesOf(
  Array.from({ length: 20_000 }, (_, i) => `line ${i * 7919} of it`).join('\n'),
);
const body = fc.oneof(
  fc.uint8Array({ maxLength: 2000 }),
  fc.string({ maxLength: 500 }).map((text) => bytesOf(text.repeat(20))),
);

describe.each(encodings)('%s', (encoding) => {
  test('gives what was encoded', async () => {
    await fc.assert(
      fc.asyncProperty(body, async (bytes) => {
        const decoded = await decodeBody(encode(encoding, bytes), encoding);
        expect(decoded).toEqual({ bytes, state: 'whole', note: '' });
      }),
      { numRuns: 30 },
    );
  });

  test('gives a beginning of what was encoded, wherever it is cut', async () => {
    const encoded = encode(encoding, sample);
    await fc.assert(
      fc.asyncProperty(fc.nat(encoded.length - 1), async (cut) => {
        const begun = await decodeBody(encoded.subarray(0, cut), encoding, { isCut: true });
        expect(begun.state).toBe('truncated-input');
        expect(begun.note).toBe('Only the beginning was kept.');
        expect(begun.bytes).toEqual(sample.subarray(0, begun.bytes.length));
      }),
      { numRuns: 30 },
    );
  });

  test('shows the beginning of a body that breaks off', async () => {
    const encoded = encode(encoding, sample);
    const { bytes, state, note } = await decodeBody(encoded.subarray(0, -5), encoding);
    expect(state).toBe('truncated-input');
    expect(note).toMatch(/breaks off before its end/);
    expect(bytes.length).toBeGreaterThan(sample.length / 2);
  });

  test('stops a bomb at the bound', async () => {
    const bomb = encode(encoding, new Uint8Array(64 * 1024 * 1024));
    const before = process.memoryUsage().arrayBuffers;
    const { bytes, state, note } = await decodeBody(bomb, encoding);
    expect(process.memoryUsage().arrayBuffers - before).toBeLessThan(4 * DECODED_MAX);
    expect(bytes.length).toBe(DECODED_MAX);
    expect(state).toBe('too-large');
    expect(note).toMatch(/more than 4194304 bytes/);
  });

  test('fits exactly or is too large', async () => {
    const encoded = encode(encoding, sample);
    const fits = await decodeBody(encoded, encoding, { maxBytes: sample.length });
    expect(fits.state).toBe('whole');
    const over = await decodeBody(encoded, encoding, { maxBytes: sample.length - 1 });
    expect(over.state).toBe('too-large');
    expect(over.bytes).toEqual(sample.subarray(0, -1));
  });

  test('never rejects', async () => {
    await fc.assert(
      fc.asyncProperty(fc.uint8Array({ maxLength: 600 }), fc.boolean(), async (bytes, isCut) => {
        const decoded = await decodeBody(bytes, encoding, { maxBytes: 1000, isCut });
        expect(decoded.bytes.length).toBeLessThanOrEqual(1000);
      }),
      { numRuns: 50 },
    );
  });

  test('survives any byte changed', async () => {
    const encoded = encode(encoding, sample);
    await fc.assert(
      fc.asyncProperty(fc.nat(encoded.length - 1), fc.nat(254), async (at, change) => {
        const damaged = encoded.slice();
        damaged[at] = ((damaged[at] ?? 0) + 1 + change) % 256;
        const { state } = await decodeBody(damaged, encoding, { maxBytes: 1_000_000 });
        expect(typeof state).toBe('string');
      }),
      { numRuns: 20 },
    );
  });

  test('tells that plain text was never encoded', async () => {
    const bytes = bytesOf('<html>not encoded at all, and long enough to be no accident</html>');
    const decoded = await decodeBody(bytes, encoding);
    expect(decoded.bytes).toEqual(bytes);
    expect(decoded.state).toBe('wrong-encoding');
    expect(decoded.note).toMatch(/the body is not. Shown as it came/);
  });
});

test('damage in the middle leaves nearly all that stands before it', async () => {
  let seed = 1;
  const noise = Uint8Array.from({ length: 20_000 }, () => {
    seed = (Math.imul(seed, 1_103_515_245) + 12_345) >>> 0;
    return 97 + ((seed >>> 16) % 32);
  });
  const encoded = encode('gzip', noise);
  const damaged = encoded.slice();
  damaged.fill(0, 10_000, 10_500);
  const { bytes, state, note } = await decodeBody(damaged, 'gzip');
  expect(bytes.length).toBeGreaterThan(15_000);
  expect(bytes.subarray(0, 15_000)).toEqual(noise.subarray(0, 15_000));
  expect(state).toBe('wrong-encoding');
  expect(note).toBe('The gzip body is damaged. Shown as far as it could be decoded.');
});

test('a wrong checksum is told, with all that was decoded', async () => {
  const encoded = encode('gzip', sample);
  encoded[encoded.length - 6] = (encoded.at(-6) ?? 0) ^ 1;
  const { bytes, state, note } = await decodeBody(encoded, 'gzip');
  expect(bytes).toEqual(sample);
  expect([state, note]).toEqual([
    'wrong-encoding',
    'The gzip body is damaged. Shown as far as it could be decoded.',
  ]);
});

test.each(encodings)('%s: what stands behind the end is left out', async (encoding) => {
  const encoded = concat(encode(encoding, sample), bytesOf('garbage'));
  const { bytes, state, note } = await decodeBody(encoded, encoding);
  expect(textOf(bytes)).toBe(textOf(sample));
  expect(state).toBe('whole');
  expect(note).toMatch(/^Left out: 7 bytes behind the end of the \S+ body\.$/);
});

test.each(encodings.filter((each) => /gzip|zstd/.test(each)))('members of %s', async (encoding) => {
  const encoded = concat(encode(encoding, bytesOf('one ')), encode(encoding, bytesOf('two')));
  const { bytes, state } = await decodeBody(encoded, encoding);
  expect([textOf(bytes), state]).toEqual(['one two', 'whole']);
});

test('several codings are undone from the last to the first', async () => {
  const encoded = encode('br', encode('gzip', encode('deflate', sample)));
  const { bytes, state } = await decodeBody(encoded, 'Deflate,  identity, X-GZIP ,br');
  expect(bytes).toEqual(sample);
  expect(state).toBe('whole');
});

test('more than four codings are left as they are', async () => {
  const { bytes, state } = await decodeBody(sample, 'gzip, gzip, gzip, gzip, gzip');
  expect([bytes, state]).toEqual([sample, 'unsupported']);
});

test('a coding that is not known is named', async () => {
  const { bytes, state, note } = await decodeBody(sample, 'compress');
  expect([bytes, state]).toEqual([sample, 'unsupported']);
  expect(note).toBe('"compress" cannot be decoded here. Shown as it came.');
  const long = await decodeBody(sample, 'x'.repeat(10_000));
  expect(long.note.length).toBeLessThan(100);
});

test('what one coding hides from the next is told', async () => {
  const encoded = encode('gzip', sample);
  const { bytes, state } = await decodeBody(encoded, 'snappy, gzip');
  expect([bytes, state]).toEqual([sample, 'unsupported']);
});

test('no coding', async () => {
  expect(await decodeBody(sample, '')).toEqual({ bytes: sample, state: 'whole', note: '' });
  expect(await decodeBody(sample, 'identity')).toEqual({ bytes: sample, state: 'whole', note: '' });
  const cut = await decodeBody(sample, '', { isCut: true });
  expect([cut.state, cut.note]).toEqual(['truncated-input', 'Only the beginning was kept.']);
  const long = await decodeBody(sample, '', { maxBytes: 10 });
  expect([long.state, long.bytes.length]).toEqual(['too-large', 10]);
});

test('an empty body is empty in any coding', async () => {
  const { bytes, state } = await decodeBody(new Uint8Array(), 'gzip, br');
  expect([bytes.length, state]).toEqual([0, 'whole']);
});

test('a bomb in a bomb', async () => {
  const bomb = encode('gzip', encode('gzip', new Uint8Array(128 * 1024 * 1024)));
  const { bytes, state } = await decodeBody(bomb, 'gzip, gzip', { maxBytes: 100_000 });
  expect(bytes.length).toBeLessThanOrEqual(100_000);
  expect(state).toBe('too-large');
});
