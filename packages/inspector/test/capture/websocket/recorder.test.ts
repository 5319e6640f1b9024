import { Buffer } from 'node:buffer';
import { constants, createDeflateRaw, deflateRawSync } from 'node:zlib';
import { describe, expect, test } from 'vitest';
import type { SocketMessage } from '../../../src/capture/websocket/socket-detail.ts';
import { SocketTap } from '../../../src/capture/websocket/socket-tap.ts';
import { bytesOf, closing, DEFLATED, frame, masked, PLAIN } from './frames.ts';

const T = 1_700_000_000_000;

/** As RFC 7692 has it: flushed, and without the tail. */
function deflated(plain: Uint8Array): Uint8Array {
  return deflateRawSync(plain, { finishFlush: constants.Z_SYNC_FLUSH }).subarray(0, -4);
}

/** Messages compressed in the light of those before them. */
async function deflatedInTurn(messages: readonly string[]): Promise<Uint8Array[]> {
  const deflate = createDeflateRaw();
  const pieces: Buffer[] = [];
  deflate.on('data', (piece: Buffer) => pieces.push(piece));
  const all: Uint8Array[] = [];
  for (const message of messages) {
    deflate.write(message);
    await new Promise<void>((done) => deflate.flush(constants.Z_SYNC_FLUSH, done));
    all.push(Buffer.concat(pieces.splice(0)).subarray(0, -4));
  }
  deflate.close();
  return all;
}

function compressed(payload: Uint8Array, opcode = 1): Uint8Array {
  return frame({ opcode, isCompressed: true, payload });
}

function contents(messages: readonly SocketMessage[]) {
  return messages.map((message) => message.content);
}

describe('a recording', () => {
  test('shows messages and control frames in the order of their ends', () => {
    const tap = new SocketTap(PLAIN, T);
    const recorder = tap.record('full', T);
    tap.push('request', masked({ opcode: 1, isFinal: false, payload: bytesOf('hé') }), T + 1);
    tap.push('request', masked({ opcode: 9, payload: bytesOf('p') }), T + 2);
    tap.push('response', frame({ opcode: 2, payload: Uint8Array.of(1, 2) }), T + 3);
    tap.push('request', masked({ opcode: 0, payload: bytesOf('llo') }), T + 4);
    tap.push('response', frame({ opcode: 8, payload: closing(1012, 'soon back') }), T + 5);
    const shown = recorder
      .read()
      .map(({ number, direction, opcode, atMs, bytes, content }) => [
        ...[number, direction, opcode, atMs - T, bytes],
        typeof content === 'string' ? content : [...content],
      ]);
    expect(shown).toEqual([
      [1, 'request', 9, 2, 1, [0x70]],
      [2, 'response', 2, 3, 2, [1, 2]],
      [3, 'request', 1, 4, 6, 'héllo'],
      [4, 'response', 8, 5, 11, 'soon back'],
    ]);
    expect(recorder.read(3)[0]).toMatchObject({ number: 4, note: '1012 Service restart' });
    expect(recorder.read(0, 2)).toHaveLength(2);
  });

  test('keeps a beginning of each message, cut between characters', () => {
    const tap = new SocketTap(PLAIN, T);
    const recorder = tap.record('messages', T);
    const text = `x${'é'.repeat(3000)}`;
    tap.push('response', frame({ opcode: 1, payload: bytesOf(text) }), T);
    const [message] = recorder.read();
    expect(message).toMatchObject({ bytes: 6001, plainBytes: 6001, isTruncated: true, note: '' });
    expect(message?.content).toBe(`x${'é'.repeat(2047)}`);
    tap.record('full', T);
    tap.push('response', frame({ opcode: 1, payload: bytesOf(text) }), T);
    expect(recorder.read(1)[0]).toMatchObject({ content: text, isTruncated: false });
  });

  test('holds 500 messages and 1 MiB, and counts what it dropped', () => {
    const tap = new SocketTap(PLAIN, T);
    const recorder = tap.record('full', T);
    for (let i = 0; i < 700; i++)
      tap.push('response', frame({ opcode: 1, payload: bytesOf('x') }), T);
    expect(recorder.facts()).toMatchObject({ messages: 500, dropped: 200, newest: 700 });
    const large = frame({ opcode: 2, payload: new Uint8Array(200_000) });
    for (let i = 0; i < 20; i++) tap.push('response', large, T);
    expect(recorder.facts().bytes).toBeLessThanOrEqual(1024 * 1024);
    expect(recorder.held).toBeLessThan(1.5 * 1024 * 1024);
    expect(recorder.read().at(-1)).toMatchObject({ number: 720, plainBytes: 200_000 });
    const { held } = recorder;
    expect(recorder.free(300_000)).toBe(held - recorder.held);
    expect(held - recorder.held).toBeGreaterThanOrEqual(300_000);
    recorder.clear();
    expect(recorder.free(1)).toBe(0);
    expect(recorder.read()).toEqual([]);
  });

  test('truncates what is longer than 256 KiB', () => {
    const tap = new SocketTap(PLAIN, T);
    const recorder = tap.record('full', T);
    tap.push('response', frame({ opcode: 2, payload: new Uint8Array(300_000) }), T);
    const [message] = recorder.read();
    expect(message).toMatchObject({ bytes: 300_000, isTruncated: true });
    expect(message?.content).toHaveLength(256 * 1024);
  });

  test('begins with the next message, stops, and goes on', () => {
    const tap = new SocketTap(PLAIN, T);
    tap.push('response', frame({ opcode: 1, isFinal: false, payload: bytesOf('early') }), T);
    const half = frame({ opcode: 9, payload: bytesOf('pi') });
    tap.push('response', half.subarray(0, 3), T);
    const recorder = tap.record('full', T);
    tap.push('response', half.subarray(3), T);
    tap.push('response', frame({ opcode: 0, payload: bytesOf('end') }), T);
    tap.push('response', frame({ opcode: 1, payload: bytesOf('one') }), T);
    tap.stopRecording();
    expect(tap.level).toBe('stats');
    tap.push('response', frame({ opcode: 1, payload: bytesOf('two') }), T);
    expect(tap.record('messages', T)).toBe(recorder);
    tap.push('response', frame({ opcode: 1, payload: bytesOf('three') }), T);
    expect(contents(recorder.read())).toEqual(['one', 'three']);
    expect(tap.snapshot().down.messages).toBe(4);
  });

  test('says of text that is not UTF-8 that it is not', () => {
    const tap = new SocketTap(PLAIN, T);
    const recorder = tap.record('full', T);
    tap.push('response', frame({ opcode: 1, payload: Uint8Array.of(0x61, 0xff) }), T);
    expect(recorder.read()[0]).toMatchObject({ content: 'a\ufffd', note: 'not valid UTF-8' });
  });
});

describe('a recording of compressed messages', () => {
  test('inflates them in the light of those before', async () => {
    const texts = ['hello hello hello', 'hello hello hello', 'something else', 'hello, else'];
    const tap = new SocketTap(DEFLATED, T);
    const recorder = tap.record('full', T);
    for (const payload of await deflatedInTurn(texts)) tap.push('response', compressed(payload), T);
    expect(contents(recorder.read())).toEqual(texts);
    expect(recorder.read()[1]).toMatchObject({ isCompressed: true, plainBytes: 17, note: '' });
    expect(recorder.read()[1]?.bytes).toBeLessThan(10);
  });

  test('that began too late says so, and goes on where it can', async () => {
    const noise = Array.from({ length: 9000 }, (_, i) => ((i * 7919) % 65521).toString(36)).join(
      '',
    );
    const texts = ['the very first words', 'the very first words', noise, noise.slice(9000)];
    const [first, ...rest] = await deflatedInTurn(texts);
    const tap = new SocketTap(DEFLATED, T);
    tap.push('response', compressed(first as Uint8Array), T);
    const recorder = tap.record('full', T);
    for (const payload of rest) tap.push('response', compressed(payload), T);
    const [late, ...later] = recorder.read();
    expect(late).toMatchObject({ content: '', plainBytes: -1, isTruncated: true });
    expect(late?.note).toBe('recording began too late to decompress');
    for (const [i, message] of later.entries()) {
      expect([texts[i + 2], '']).toContain(message.content);
    }
  });

  test('that began late but before the first compressed message misses nothing', async () => {
    const tap = new SocketTap(DEFLATED, T);
    tap.push('response', frame({ opcode: 1, payload: bytesOf('plain') }), T);
    const recorder = tap.record('full', T);
    for (const payload of await deflatedInTurn(['abcabcabc', 'abcabcabc'])) {
      tap.push('response', compressed(payload), T);
    }
    expect(contents(recorder.read())).toEqual(['abcabcabc', 'abcabcabc']);
  });

  test('shows the beginning of one that inflates past 256 KiB', () => {
    const tap = new SocketTap(DEFLATED, T);
    const recorder = tap.record('full', T);
    const payload = deflated(Buffer.alloc(1024 * 1024, 'abcd'));
    tap.push('response', compressed(payload), T);
    tap.push('response', compressed(deflated(bytesOf('next'))), T);
    const [large, next] = recorder.read();
    expect(large).toMatchObject({ isTruncated: true, plainBytes: 1024 * 1024, note: '' });
    expect(large?.content).toBe('abcd'.repeat(64 * 1024));
    expect(next).toMatchObject({ content: 'next' });
  });

  test('is not hurt by a bomb: that direction stops, the other and the figures go on', () => {
    const tap = new SocketTap(DEFLATED, T);
    const recorder = tap.record('full', T);
    const bomb = deflated(Buffer.alloc(64 * 1024 * 1024));
    const before = process.memoryUsage().rss;
    for (let i = 0; i < 20; i++) tap.push('response', compressed(bomb, 2), T);
    expect(process.memoryUsage().rss - before).toBeLessThan(64 * 1024 * 1024);
    tap.push(
      'request',
      masked({ opcode: 1, isCompressed: true, payload: deflated(bytesOf('up')) }),
      T,
    );
    const shown = recorder.read();
    expect(shown[0]?.note).toBe(
      'passes 4 MiB decompressed: this direction is not decompressed any more',
    );
    expect(shown[0]?.isTruncated).toBe(true);
    expect(shown[1]?.note).toBe('not decompressed: an earlier message passed 4 MiB');
    expect(shown.at(-1)?.content).toBe('up');
    expect(tap.snapshot().down).toMatchObject({ messages: 20, bytes: 20 * bomb.length });
    expect(tap.broken).toBe('');
  });

  test('passes messages over that would cost too much at once', () => {
    const tap = new SocketTap(DEFLATED, T);
    const recorder = tap.record('messages', T);
    const payload = deflated(Buffer.alloc(3 * 1024 * 1024));
    for (let i = 0; i < 10; i++) tap.push('response', compressed(payload, 2), T);
    tap.push('response', compressed(deflated(bytesOf('calm'))), T + 5000);
    const notes = recorder.read().map((message) => message.note);
    expect(notes[0]).toBe('');
    expect(notes[9]).toBe('too much to decompress at once: passed over');
    expect(recorder.read().at(-1)?.content).toBe('calm');
  });

  test('says of what is not deflate that it is not', () => {
    const tap = new SocketTap(DEFLATED, T);
    const recorder = tap.record('full', T);
    tap.push('response', compressed(Uint8Array.of(0xff, 0xff, 0xff)), T);
    expect(recorder.read()[0]).toMatchObject({ content: '', note: 'is not what deflate writes' });
  });

  test('leaves alone what an unknown extension changed', () => {
    const extensions = [{ name: 'x-squeeze', parameters: [] }];
    const tap = new SocketTap({ ...PLAIN, extensions }, T);
    const recorder = tap.record('full', T);
    tap.push('response', compressed(Uint8Array.of(1, 2), 2), T);
    expect(recorder.read()[0]).toMatchObject({
      content: Uint8Array.of(1, 2),
      note: 'changed by an extension that is not known here',
    });
  });
});
