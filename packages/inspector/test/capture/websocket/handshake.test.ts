import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { readHandshake, reservedBits } from '../../../src/capture/websocket/handshake.ts';

/** The example of RFC 6455 section 1.3. */
const KEY = 'dGhlIHNhbXBsZSBub25jZQ==';
const ACCEPT = 's3pPLMBiTxaQ9kYGzzhZRbK+xOo=';
const REQUEST = ['Sec-WebSocket-Key', KEY, 'sec-websocket-version', '13'];
const RESPONSE = ['Sec-WebSocket-Accept', ACCEPT];

function read(request: string[], response: string[], status = 101) {
  return readHandshake([...REQUEST, ...request], [...RESPONSE, ...response], status);
}

describe('a handshake', () => {
  test('is read with subprotocols and extensions', () => {
    const handshake = read(
      [
        ...['Sec-WebSocket-Protocol', 'chat, superchat', 'SEC-WEBSOCKET-PROTOCOL', 'mqtt'],
        ...[
          'Sec-WebSocket-Extensions',
          'permessage-deflate; client_max_window_bits, x;a="b;c,\\"d"',
        ],
      ],
      [
        ...['Sec-WebSocket-Protocol', 'superchat', 'Sec-WebSocket-Extensions'],
        'permessage-deflate; server_no_context_takeover; client_max_window_bits=10',
      ],
    );
    expect(handshake).toMatchObject({
      offeredSubprotocols: ['chat', 'superchat', 'mqtt'],
      subprotocol: 'superchat',
      version: '13',
      key: 'valid',
      accept: 'right',
      odd: [],
      deflate: {
        up: { hasTakeover: true, windowBits: 10 },
        down: { hasTakeover: false, windowBits: 15 },
      },
    });
    expect(handshake.offeredExtensions[1]).toEqual({
      name: 'x',
      parameters: [{ name: 'a', value: 'b;c,"d' }],
    });
    expect(reservedBits(handshake)).toBe('deflate');
  });

  test('says what is odd', () => {
    expect(read([], ['Sec-WebSocket-Protocol', 'chat']).odd).toEqual([
      'The chosen subprotocol "chat" was not offered.',
    ]);
    expect(read(['Sec-WebSocket-Protocol', 'chat'], []).odd).toEqual([
      'None of the offered subprotocols was chosen; a browser ends such a connection.',
    ]);
    const other = read([], ['Sec-WebSocket-Extensions', 'x-squeeze']);
    expect(other.odd).toEqual([
      'The extension "x-squeeze" was accepted but not offered.',
      'The extension "x-squeeze" is not known here: messages are shown as they travel.',
    ]);
    expect(reservedBits(other)).toBe('any');
    const bits = ['Sec-WebSocket-Extensions', 'permessage-deflate;server_max_window_bits=99'];
    expect(read(['Sec-WebSocket-Extensions', 'permessage-deflate'], bits).odd).toEqual([
      'server_max_window_bits of the answer is not between 8 and 15.',
    ]);
  });

  test('judges key, version and accept', () => {
    const wrong = readHandshake(
      ['Sec-WebSocket-Key', 'short', 'Sec-WebSocket-Version', '8'],
      [],
      101,
    );
    expect(wrong).toMatchObject({ key: 'malformed', accept: 'missing', version: '8' });
    expect(wrong.odd).toHaveLength(3);
    expect(readHandshake([], [], 0)).toMatchObject({ key: 'missing', accept: 'unknown' });
    const other = ['Sec-WebSocket-Accept', `x${ACCEPT.slice(1)}`];
    expect(readHandshake(REQUEST, other, 101)).toMatchObject({ accept: 'wrong' });
    expect(reservedBits(readHandshake(REQUEST, RESPONSE, 101))).toBe('none');
  });

  test('judges nothing of another answer than 101', () => {
    const refused = read(['Sec-WebSocket-Protocol', 'chat'], ['Sec-WebSocket-Protocol', 'x'], 403);
    expect(refused).toMatchObject({ subprotocol: '', accept: 'unknown', extensions: [], odd: [] });
  });

  test('never throws, and stays short, whatever the lines hold', () => {
    const names = fc.constantFrom(
      ...['sec-websocket-extensions', 'sec-websocket-protocol', 'sec-websocket-key'],
      ...['sec-websocket-accept', 'sec-websocket-version'],
    );
    const value = fc.oneof(
      fc.string({ maxLength: 300 }),
      fc.stringMatching(/^[a-b",;= \\]{0,80}$/),
      fc.constant('"'.repeat(20_000)),
      fc.constant('a;b,'.repeat(10_000)),
    );
    const lines = fc.array(fc.tuple(names, value), { maxLength: 6 }).map((list) => list.flat());
    fc.assert(
      fc.property(lines, lines, (request, response) => {
        const handshake = readHandshake(request, response, 101);
        expect(handshake.extensions.length).toBeLessThanOrEqual(32);
        expect(handshake.odd.length).toBeLessThan(100);
      }),
    );
  });
});
