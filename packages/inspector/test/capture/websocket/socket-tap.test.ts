import { Buffer } from 'node:buffer';
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { SocketTap } from '../../../src/capture/websocket/socket-tap.ts';
import { bytesOf, closing, cut, frame, masked, PLAIN } from './frames.ts';

const T = 1_700_000_000_000;

function open(): SocketTap {
  return new SocketTap({ ...PLAIN, subprotocol: 'chat' }, T);
}

describe('figures of a WebSocket', () => {
  test('count messages, bytes and kinds of each direction', () => {
    const tap = open();
    tap.push('request', masked({ opcode: 1, payload: bytesOf('hello') }), T + 10);
    tap.push('request', masked({ opcode: 2, payload: new Uint8Array(300) }), T + 20);
    tap.push('response', frame({ opcode: 1, isFinal: false, payload: bytesOf('ab') }), T + 30);
    tap.push('response', frame({ opcode: 9 }), T + 31);
    expect(tap.detail(T + 35).down.isInMessage).toBe(true);
    tap.push('response', frame({ opcode: 0, payload: bytesOf('cde') }), T + 40);
    expect(tap.snapshot()).toEqual({
      subprotocol: 'chat',
      up: { messages: 2, bytes: 305, pings: 0, pongs: 0 },
      down: { messages: 1, bytes: 5, pings: 1, pongs: 0 },
    });
    const { up, down, idleMs, state } = tap.detail(T + 1040);
    expect(up).toMatchObject({ texts: 1, binaries: 1, averageBytes: 152.5, largestBytes: 300 });
    expect(up).toMatchObject({ firstMessageAt: T + 10, lastMessageAt: T + 20, wireBytes: 319 });
    expect(up).toMatchObject({ messagesPerSecond: 2, bytesPerSecond: 319 });
    expect(down).toMatchObject({ texts: 1, fragmented: 1, dataFrames: 2, isInMessage: false });
    expect(up.messageSeconds.slice(-2)).toEqual([2, 0]);
    // Of one that has ended, the last minute is that before its end.
    const ended = tap.detail(T + 500_000, T + 40).up;
    expect(ended.messageSeconds.slice(-2)).toEqual([2, 0]);
    expect(ended.messagesPerSecond).toBe(2);
    expect(idleMs).toBe(1000);
    expect(state).toBe('open');
  });

  test('are the same for any cut', () => {
    const bytes = Buffer.concat([
      masked({ opcode: 1, isFinal: false, payload: bytesOf('a'.repeat(200)) }),
      masked({ opcode: 9, payload: bytesOf('ping') }),
      masked({ opcode: 0, payload: new Uint8Array(70_000) }),
      masked({ opcode: 8, payload: closing(1000, 'all done') }),
    ]);
    const whole = open();
    whole.push('request', bytes, T);
    fc.assert(
      fc.property(fc.array(fc.integer({ min: 1, max: 9000 }), { minLength: 1 }), (sizes) => {
        const tap = open();
        for (const piece of cut(bytes, sizes)) tap.push('request', piece, T);
        expect(tap.detail(T)).toEqual(whole.detail(T));
      }),
      { numRuns: 30 },
    );
    expect(whole.close).toMatchObject({ code: 1000, reason: 'all done', side: 'visitor' });
  });

  test('time a ping by the pong that has its payload', () => {
    const tap = open();
    tap.push('response', frame({ opcode: 9, payload: bytesOf('one') }), T);
    tap.push('response', frame({ opcode: 9, payload: bytesOf('two') }), T + 5);
    tap.push('request', masked({ opcode: 10, payload: bytesOf('neither') }), T + 6);
    expect(tap.detail(T).down).toMatchObject({ roundTripMs: -1, waitingPings: 2 });
    tap.push('request', masked({ opcode: 10, payload: bytesOf('two') }), T + 25);
    expect(tap.detail(T).down).toMatchObject({ roundTripMs: 20, waitingPings: 0, pings: 2 });
    tap.push('response', frame({ opcode: 9, payload: bytesOf('three') }), T + 100);
    tap.push('request', masked({ opcode: 10, payload: bytesOf('three') }), T + 150);
    const { down, up } = tap.detail(T);
    expect(down).toMatchObject({ roundTripMs: 50, leastRoundTripMs: 20 });
    expect(up).toMatchObject({ roundTripMs: -1, pongs: 3 });
  });

  test('wait for no more than 8 pongs', () => {
    const tap = open();
    for (let i = 0; i < 100; i++) tap.push('response', frame({ opcode: 9 }), T + i);
    expect(tap.detail(T).down.waitingPings).toBe(8);
    tap.push('request', masked({ opcode: 10 }), T + 109);
    expect(tap.detail(T).down).toMatchObject({ roundTripMs: 10, waitingPings: 0 });
  });
});

describe('the end of a WebSocket', () => {
  test('is told by the first close frame and the answer', () => {
    const tap = open();
    tap.push('response', frame({ opcode: 8, payload: closing(4001, 'bye, visitor') }), T + 1);
    expect(tap.state).toBe('closing');
    tap.push('request', masked({ opcode: 1, payload: bytesOf('still') }), T + 2);
    tap.push('request', masked({ opcode: 8 }), T + 3);
    expect(tap.state).toBe('closed');
    const { close, answer, up } = tap.detail(T + 4);
    const isReasonBroken = false;
    expect(close).toEqual({
      code: 4001,
      reason: 'bye, visitor',
      side: 'upstream',
      at: T + 1,
      isReasonBroken,
    });
    expect(answer).toEqual({ code: 1005, reason: '', side: 'visitor', at: T + 3, isReasonBroken });
    expect(up.messages).toBe(1);
    expect(tap.snapshot().close).toEqual({ code: 4001, reason: 'bye, visitor', side: 'upstream' });
  });

  test('shows a reason that is not UTF-8 as such', () => {
    const tap = open();
    const payload = closing(1000, Uint8Array.of(0x6f, 0x6b, 0xff));
    tap.push('request', masked({ opcode: 8, payload }), T);
    expect(tap.close).toMatchObject({ reason: 'ok\ufffd', isReasonBroken: true });
  });
});

describe('bytes that are no WebSocket', () => {
  test('are said to be, and counted on', () => {
    const tap = open();
    tap.push('request', bytesOf('SSH-2.0-OpenSSH_9.9\r\n'), T);
    tap.push('request', new Uint8Array(1000), T);
    tap.push('response', frame({ opcode: 1, payload: bytesOf('x') }), T);
    expect(tap.broken).not.toBe('');
    const { up, down, broken } = tap.detail(T);
    expect(up).toMatchObject({ wireBytes: 1021, messages: 0, broken });
    expect(up.byteSeconds.at(-1)).toBe(1021);
    expect(down).toMatchObject({ messages: 1, broken: '' });
  });

  test('never make it throw, recorded or not', () => {
    const chunk = fc.tuple(fc.boolean(), fc.uint8Array({ maxLength: 300 }));
    fc.assert(
      fc.property(fc.array(chunk, { maxLength: 20 }), fc.boolean(), (chunks, isRecorded) => {
        const tap = open();
        if (isRecorded) tap.record('full', T);
        let sum = 0;
        for (const [isUp, bytes] of chunks) {
          tap.push(isUp ? 'request' : 'response', bytes, T);
          sum += bytes.length;
        }
        const { up, down } = tap.detail(T);
        expect(up.wireBytes + down.wireBytes).toBe(sum);
        tap.recorder?.read();
      }),
    );
  });
});

describe('the cost of figures', () => {
  test('is little for 100,000 tiny frames', () => {
    const one = masked({ opcode: 1, payload: bytesOf('tick') });
    const chunk = new Uint8Array(Buffer.concat(new Array<Uint8Array>(1000).fill(one)));
    const tap = open();
    for (let i = 0; i < 20; i++) tap.push('request', chunk, T);
    const before = process.memoryUsage().heapUsed;
    const started = performance.now();
    for (let i = 0; i < 100; i++) tap.push('request', chunk, T + i);
    const tookMs = performance.now() - started;
    const grown = process.memoryUsage().heapUsed - before;
    expect(tap.snapshot().up.messages).toBe(120_000);
    expect(tookMs).toBeLessThan(500);
    expect(grown).toBeLessThan(2 * 1024 * 1024);
  });
});
