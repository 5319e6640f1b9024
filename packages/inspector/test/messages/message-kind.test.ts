import { encode } from '@msgpack/msgpack';
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { readMessage } from '../../src/messages/message-kind.ts';

const EIO4 = '/socket.io/?EIO=4&transport=websocket';
const EIO3 = '/socket.io/?EIO=3&transport=websocket';

describe('JSON', () => {
  test('is indented as it was written', () => {
    const reading = readMessage('{"b":12345678901234567890,"a":[1,{}],"a":"x\\u0041"}');
    expect(reading).toMatchObject({ kind: 'json', fields: [] });
    expect(reading.pretty).toBe(
      '{\n  "b": 12345678901234567890,\n  "a": [\n    1,\n    {}\n  ],\n  "a": "x\\u0041"\n}',
    );
  });

  test('may come in a binary message, or be cut', () => {
    expect(readMessage(new TextEncoder().encode('[1, 2]')).kind).toBe('json');
    const cut = readMessage('{"a":[1,2,{"b":"hal', { isTruncated: true });
    expect(cut.kind).toBe('json');
    expect(cut.pretty.startsWith('{\n  "a": [\n    1,')).toBe(true);
    expect(readMessage('{"a":[1,2').kind).toBe('text');
  });

  test('that is a bare word or number is text', () => {
    expect(readMessage('42').kind).toBe('text');
    expect(readMessage('true').kind).toBe('text');
    expect(readMessage('').kind).toBe('empty');
  });
});

describe('Socket.IO', () => {
  test.each([
    [
      '42["chat","hi"]',
      [
        ['type', 'event'],
        ['event', 'chat'],
      ],
      'event ["chat","hi"]',
    ],
    [
      '42/room,17["say",{"a":1}]',
      [
        ['type', 'event'],
        ['namespace', '/room'],
        ['event', 'say'],
        ['ack id', '17'],
      ],
      'event #17 /room ["say",{"a":1}]',
    ],
    [
      '4317["ok"]',
      [
        ['type', 'ack'],
        ['ack id', '17'],
      ],
      'ack #17 ["ok"]',
    ],
    [
      '451-/files,["up",{"_placeholder":true,"num":0}]',
      [
        ['type', 'binary event'],
        ['namespace', '/files'],
        ['event', 'up'],
        ['attachments', '1'],
      ],
      'binary event /files ["up",{"_placeholder":true,"num":0}]',
    ],
  ])('is known by its look: %s', (text, fields, summary) => {
    expect(readMessage(text)).toMatchObject({ kind: 'socket.io', fields, summary });
  });

  test.each([
    ['40', 'socket.io', 'connect'],
    ['40/admin,', 'socket.io', 'connect /admin'],
    ['40{"sid":"x"}', 'socket.io', 'connect {"sid":"x"}'],
    ['44{"message":"no"}', 'socket.io', 'connect error {"message":"no"}'],
    ['41/admin,', 'socket.io', 'disconnect /admin'],
    ['2', 'engine.io', 'ping'],
    ['3probe', 'engine.io', 'pong probe'],
    ['5', 'engine.io', 'upgrade'],
    ['4hello', 'engine.io', 'message hello'],
  ])('is known by its address: %s', (text, kind, summary) => {
    expect(readMessage(text, { target: EIO4 })).toMatchObject({ kind, summary });
    expect(readMessage(text).kind).not.toBe('socket.io');
  });

  test('opens with a packet that tells itself', () => {
    const open = '0{"sid":"abc","upgrades":[],"pingInterval":25000,"pingTimeout":20000}';
    expect(readMessage(open)).toMatchObject({ kind: 'engine.io', fields: [['packet', 'open']] });
  });

  test('has attachments as binary messages, with a type in front in protocol 3', () => {
    const bytes = Uint8Array.of(4, 0xff, 0xfe);
    expect(readMessage(bytes, { target: EIO4 }).summary).toBe('attachment, 3 bytes: 04fffe');
    expect(readMessage(bytes, { target: EIO3 }).summary).toBe('attachment, 2 bytes: fffe');
  });

  test('is not seen in plain numbers and words', () => {
    for (const text of ['42', '4', '2', '45-', '42[', '42["a"', '6:x', '420']) {
      expect(readMessage(text).kind).toBe('text');
    }
  });
});

describe('GraphQL over WebSocket', () => {
  const query = 'query A { a } subscription OnChat($r: ID!) { chat(room: $r) { text } }';

  test.each([
    [{ type: 'connection_init' }, 'connection_init'],
    [
      { id: '1', type: 'subscribe', payload: { query, operationName: 'OnChat' } },
      'subscribe 1 subscription OnChat',
    ],
    [{ id: '1', type: 'start', payload: { query: '{ a }' } }, 'start 1 query'],
    [{ id: '1', type: 'next', payload: { data: { a: 1 } } }, 'next 1'],
    [{ id: '1', type: 'data', payload: { data: null, errors: [{}] } }, 'data 1 1 error'],
  ])('is known by its look: %j', (value, summary) => {
    expect(readMessage(JSON.stringify(value))).toMatchObject({ kind: 'graphql', summary });
  });

  test('is known by its subprotocol', () => {
    const complete = JSON.stringify({ id: '7', type: 'complete' });
    const fields = [
      ['type', 'complete'],
      ['id', '7'],
    ];
    for (const subprotocol of ['graphql-transport-ws', 'graphql-ws']) {
      expect(readMessage(complete, { subprotocol })).toMatchObject({ kind: 'graphql', fields });
    }
    expect(readMessage(complete).kind).toBe('json');
    expect(readMessage('{"type":"start"}', { subprotocol: 'graphql-transport-ws' }).kind).toBe(
      'json',
    );
  });
});

describe('binary messages', () => {
  test('are MessagePack, CBOR, text, or bytes', () => {
    expect(readMessage(encode({ type: 'move', x: 1 }))).toMatchObject({
      kind: 'messagepack',
      summary: '{ "type": "move", "x": 1 }',
    });
    const cbor = Uint8Array.of(0xa1, 0x61, 0x78, 0x01);
    expect(readMessage(cbor)).toMatchObject({ kind: 'cbor', summary: '{ "x": 1 }' });
    expect(readMessage(new TextEncoder().encode('plain wörds')).kind).toBe('text');
    const bytes = readMessage(Uint8Array.of(1, 2, 0xff));
    expect(bytes).toMatchObject({ kind: 'binary', summary: '3 bytes: 0102ff' });
    expect(bytes.pretty).toContain('00000000  01 02 ff');
  });

  test('are read as the subprotocol says, where both formats fit', () => {
    const both = Uint8Array.of(0x90);
    expect(readMessage(both).kind).toBe('messagepack');
    const tagged = Uint8Array.of(0x80);
    expect(readMessage(tagged, { subprotocol: 'cbor.v1' }).kind).toBe('cbor');
    expect(readMessage(encode(JSON.parse('{"__proto__":1}'))).kind).toBe('binary');
  });
});

describe('any message', () => {
  const hints = fc.record({
    subprotocol: fc.constantFrom('', 'graphql-ws', 'graphql-transport-ws', 'cbor'),
    target: fc.constantFrom('', EIO3, EIO4),
    isTruncated: fc.boolean(),
    most: fc.constant(500),
  });
  const texts = fc.oneof(
    ...[fc.string({ unit: 'binary' }), fc.json()],
    fc.stringMatching(/^4[0-6][0-9/,[\]"{}:-]{0,30}$/),
  );

  test('is read without a throw, to a short line and a bounded text', () => {
    fc.assert(
      fc.property(fc.oneof(texts, fc.uint8Array()), hints, (content, hint) => {
        const { summary, pretty, fields } = readMessage(content, hint);
        expect(summary.length).toBeLessThanOrEqual(200);
        // biome-ignore lint/suspicious/noControlCharactersInRegex: what is not to be there
        expect(summary).not.toMatch(/[\u0000-\u001f\u007f-\u009f\u2028\u202e]/);
        expect(pretty.length).toBeLessThan(700);
        for (const [, value] of fields) expect(value.length).toBeLessThanOrEqual(100);
      }),
      { numRuns: 1000 },
    );
  });

  test.each([
    ['deep arrays', '['.repeat(300_000)],
    ['deep JSON', `${'{"a":'.repeat(40_000)}1${'}'.repeat(40_000)}`],
    ['white space', `{${' '.repeat(300_000)}`],
    ['quotes', `42["${'\\"'.repeat(150_000)}`],
    ['a namespace', `42/${'a'.repeat(300_000)}`],
    ['digits', `42${'9'.repeat(300_000)}`],
    [
      'a document',
      JSON.stringify({ type: 'subscribe', payload: { query: 'query '.repeat(40_000) } }),
    ],
  ])('that is hostile is read in little time: %s', (_, text) => {
    const started = performance.now();
    for (const isTruncated of [false, true]) {
      const { summary, pretty } = readMessage(text, { isTruncated, target: EIO4 });
      expect(summary.length).toBeLessThanOrEqual(200);
      expect(pretty.length).toBeLessThanOrEqual(64 * 1024 + 2);
    }
    expect(performance.now() - started).toBeLessThan(1000);
  });
});
