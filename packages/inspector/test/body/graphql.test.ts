import fc from 'fast-check';
import { expect, test } from 'vitest';
import { graphqlOperation } from '../../src/body/graphql.ts';

const asked = (query: string, operationName?: string) =>
  graphqlOperation(JSON.stringify({ variables: { query: 'no' }, operationName, query }));

test.each([
  ['{ user { id } }', 'query', ''],
  ['query GetUser($id: ID! = "}{") { user(id: $id) { id } }', 'query', 'GetUser'],
  ['# mutation A { a }\n mutation  AddUser { a }', 'mutation', 'AddUser'],
  ['fragment query on User { id } subscription S { s }', 'subscription', 'S'],
  ['query @live { a }', 'query', ''],
  ['"""query A { a }""" mutation B { b }', 'mutation', 'B'],
  ['query A { a(s: """ \\""" } """) } query B { b }', 'query', 'A'],
])('%j', (query, type, name) => {
  expect(asked(query)).toEqual({ type, name, count: 1 });
});

test('the name says which of several', () => {
  const document = 'query A { a } fragment F on T { mutation } mutation B { b }';
  expect(asked(document, 'B')).toEqual({ type: 'mutation', name: 'B', count: 1 });
  expect(asked(document, 'C')).toEqual({ type: 'query', name: 'A', count: 1 });
});

test('a batch', () => {
  const body = JSON.stringify([{ query: 'query A { a }' }, { query: 'query B { b }' }]);
  expect(graphqlOperation(body)).toEqual({ type: 'query', name: 'A', count: 2 });
});

test('a stored query', () => {
  const body = { operationName: 'A', extensions: { persistedQuery: { sha256Hash: 'x' } } };
  expect(graphqlOperation(JSON.stringify(body))).toEqual({ type: '', name: 'A', count: 1 });
});

test('a body that breaks off behind the query', () => {
  const body = '{"query":"query A { a }","variables":{"x":"yyy';
  expect(graphqlOperation(body)).toEqual({ type: 'query', name: 'A', count: 1 });
});

test.each([
  '{"query":"select * from users"}',
  '{"query":"query builders in Paris"}',
  '{"query":{"match":{}}}',
  '{"operationName":"A"}',
  '{"a":{"query":"{ a }"}}',
  '["query"]',
  '"query"',
  '',
  'query A { a }',
])('%j is none', (body) => {
  expect(graphqlOperation(body)).toBeUndefined();
});

test('a long name is cut', () => {
  expect(asked(`query ${'A'.repeat(5000)} { a }`)?.name.length).toBe(200);
});

test('anything, in little time', () => {
  fc.assert(fc.property(fc.string(), (query) => void asked(query)));
  const started = performance.now();
  const pieces = [
    '{',
    '"',
    '"""',
    '\\"""',
    '"""\\"""a',
    '#',
    '# \n',
    'query ',
    'query A',
    '$a:',
    ' ',
  ];
  for (const piece of pieces) {
    asked(piece.repeat(200_000 / piece.length));
    asked(`"""${piece.repeat(200_000 / piece.length)}`);
    graphqlOperation(piece.repeat(200_000 / piece.length));
  }
  expect(performance.now() - started).toBeLessThan(3000);
});
