import { expect, test } from 'vitest';
import { EventLog } from '../../src/body/event-log.ts';
import { fileName } from '../../src/body/file-name.ts';
import { documentOf, graphqlOf, isGraphqlBody } from '../../src/body/shape/graphql.ts';
import { formatGraphql } from '../../src/body/shape/graphql-format.ts';
import { framesOf, isGrpc } from '../../src/body/shape/grpc.ts';
import { shownJson } from '../../src/body/shape/json.ts';
import { keptEvents, keptLines } from '../../src/body/shape/kept-events.ts';
import { base64Of, textOf } from '../../src/body/shape/text.ts';
import { keptText } from '../../src/body/sizes.ts';

const source = (text: string, isCut = false) => ({
  bytes: new TextEncoder().encode(text),
  charset: '',
  isCut,
});

test('JSON: the fault of what was sent stands at its place in what is shown', () => {
  const comma = shownJson('{"a":\r\n [1,\r\n  ]}', false);
  expect(comma.error).toMatchObject({ line: 3, column: 3 });
  expect(comma.text[comma.place]).toBe(']');
  const behind = shownJson('{"\u202e":1}x', false);
  expect(behind.text[behind.place]).toBe('x');
});

test('JSON whose beginning alone was kept is not wrong', () => {
  expect(shownJson('{"a":[1,', true)).not.toHaveProperty('error');
  expect(shownJson('{"a":[1,', false)).toHaveProperty('error');
  expect(shownJson('{"a":]', true)).toHaveProperty('error');
});

test('text: what is said of the charset comes first', () => {
  const shown = textOf({ bytes: Uint8Array.of(0x47, 0xfc), charset: '', isCut: false });
  expect(shown).toMatchObject({ text: 'Gü', notes: [expect.stringMatching(/windows-1252/)] });
});

test('base64 stands in lines of 76', () => {
  const lines = base64Of(new Uint8Array(100)).text.split('\n');
  expect(lines.map(({ length }) => length)).toEqual([76, 60]);
});

test('events and lines of what was kept', () => {
  const { events } = keptEvents(source('id:1\ndata:a\n\n:c\n\ndata:b'));
  expect(events.map(({ number, id, type, text }) => [number, id, type, text])).toEqual([
    [1, '1', 'message', 'a'],
    [2, '1', 'comment', 'c'],
    [3, '1', 'unfinished', 'b'],
  ]);
  const lines = keptLines(source('{"a":1}\n\n{"b"', true)).events;
  expect(lines.map(({ number, type, text }) => [number, type, text])).toEqual([
    [1, 'line', '{"a":1}'],
    [3, 'cut off', '{"b"'],
  ]);
});

test('frames of gRPC-web, binary and as base64 that was flushed twice', () => {
  const message = Uint8Array.of(0, 0, 0, 0, 2, 8, 1);
  const trailers = Uint8Array.of(0x80, 0, 0, 0, 1, 97);
  const encoded = [message, trailers]
    .map((bytes) => Buffer.from(bytes).toString('base64'))
    .join('');
  const { frames, note } = framesOf(Buffer.from(encoded), 'application/grpc-web-text+proto');
  expect(frames.map(({ kind, promised }) => [kind, promised])).toEqual([
    ['message', 2],
    ['trailers', 1],
  ]);
  expect(note).toBe('');
  expect(
    ['application/grpc', 'application/grpc-web+json', 'application/grpcx'].map(isGrpc),
  ).toEqual([true, true, false]);
});

test('GraphQL: one operation, a batch, a document, and what is none', () => {
  const one = JSON.stringify({
    variables: { b: 1, a: '12345678901234567890' },
    query: 'query Q{a}',
  });
  expect(graphqlOf(source(one))).toEqual([
    {
      type: 'query',
      name: 'Q',
      query: 'query Q {\n  a\n}',
      variables: '{\n  "b": 1,\n  "a": "12345678901234567890"\n}',
      extensions: '',
    },
  ]);
  const batch = '[{"query":"{a}","variables":null},{"query":"mutation M{b}"}]';
  expect(graphqlOf(source(batch)).map(({ type, name }) => [type, name])).toEqual([
    ['query', ''],
    ['mutation', 'M'],
  ]);
  expect(documentOf(source('subscription S { c }'))[0]).toMatchObject({ type: 'subscription' });
  expect(isGraphqlBody(source('{"query":"shoes"}').bytes)).toBe(false);
  expect(isGraphqlBody(source(one).bytes)).toBe(true);
});

test('a GraphQL document in one line gets lines; one with lines stays', () => {
  const text =
    'query Q($id:ID!,$n:Int=5){me:user(id:$id,tags:["a","b"],o:{x:1}){...F ... on User @include(if:$n){name}}}fragment F on User{mail}';
  expect(formatGraphql(text)).toBe(`query Q($id: ID!, $n: Int = 5) {
  me: user(id: $id, tags: ["a", "b"], o: {x: 1}) {
    ...F
    ... on User @include(if: $n) {
      name
    }
  }
}

fragment F on User {
  mail
}`);
  expect(formatGraphql('{ a\n}')).toBe('{ a\n}');
  expect(formatGraphql('{'.repeat(5_000)).length).toBeLessThan(1024 * 1024);
});

test('the log of events keeps the newest and counts what it lacks', () => {
  const log = new EventLog();
  const event = (number: number, text = '') => ({
    number,
    at: 0,
    id: '',
    type: '',
    text,
    isCut: false,
  });
  log.add([event(3), event(4)]);
  log.add([event(4), event(5)]);
  expect([log.newest, log.missing, log.events.map(({ number }) => number)]).toEqual([
    5,
    2,
    [3, 4, 5],
  ]);
  log.add(Array.from({ length: 6_000 }, (_, i) => event(i + 6)));
  expect([log.events.length, log.newest, log.missing]).toEqual([5_000, 6_005, 1_005]);
  log.add(Array.from({ length: 20 }, (_, i) => event(6_006 + i, 'x'.repeat(1024 * 1024))));
  expect(log.events).toHaveLength(8);
});

test('sizes and names of files', () => {
  expect(keptText(1024 * 1024, 8.3 * 1024 * 1024)).toBe('1.0 of 8.3 MiB');
  expect(keptText(13, 5_000)).toBe('13 B of 4.9 KiB');
  expect(fileName('response-1', 'application/json')).toBe('response-1.json');
  expect(fileName('../../etc/<x>.png', 'image/png')).toBe('_.._etc__x_.png');
  expect(fileName('', 'image/png')).toBe('body.png');
  expect(fileName('a', 'application/x-unknown')).toBe('a.bin');
});
