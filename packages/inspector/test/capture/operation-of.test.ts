import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { ExchangeStore } from '../../src/capture/exchange-store.ts';
import { DEFAULT_CAPTURE } from '../../src/capture/limits.ts';
import { FeedRig } from './feed-rig.ts';

let rig: FeedRig;
let store: ExchangeStore;
let detach: () => void;
beforeEach(() => {
  rig = new FeedRig();
  store = new ExchangeStore(DEFAULT_CAPTURE);
  detach = store.attach(rig);
});
afterEach(() => detach());

const row = () => [...store.newest()][0]?.row;

function post(target: string, type: string, body: string, ...more: string[]): string | undefined {
  const exchange = rig.open(target, ['Content-Type', type, ...more], 'http', { method: 'POST' });
  rig.body(exchange, 'request', Buffer.from(body));
  rig.close(exchange);
  return row()?.operation;
}

function get(target: string): string | undefined {
  rig.exchange(target);
  return row()?.operation;
}

const JSON_TYPE = 'application/json';

describe('the operation of a GraphQL request', () => {
  test.each([
    ['{"query":"query Who { me { id } }"}', 'query Who'],
    ['{"query":"mutation Do { go }","operationName":"Do"}', 'mutation Do'],
    ['{"query":"{ me { id } }"}', 'query'],
    ['[{"query":"query A { a }"},{"query":"query B { b }"}]', 'query A'],
    ['{"operationName":"Stored","extensions":{"persistedQuery":{}}}', 'Stored'],
    ['{"query":"no document"}', ''],
    ['{"query":', ''],
    ['\u0000', ''],
  ])('is read from %s', (body, operation) => {
    expect(post('/graphql', JSON_TYPE, body)).toBe(operation);
  });

  test('is read at any path, and of a plain document', () => {
    expect(post('/', 'application/json; charset=utf-8', '{"query":"query Q { q }"}')).toBe(
      'query Q',
    );
    expect(post('/x', 'application/graphql-response+json', '{"query":"{q}"}')).toBe('query');
    expect(post('/x', 'application/graphql', 'subscription S { s }')).toBe('subscription S');
  });

  test.each([
    ['/graphql?query=query%20Who%7Bme%7D', 'query Who'],
    ['/graphql?operationName=Stored&extensions=%7B%7D', 'Stored'],
    ['/search?query=shoes', ''],
    ['/search?operationName=x', ''],
    ['/graphql?query=%zz', ''],
    ['/', ''],
  ])('is read from the query: %s', (target, operation) => {
    expect(get(target)).toBe(operation);
  });

  test('is none of a body that is encoded, or of another type', () => {
    const body = '{"query":"query Q { q }"}';
    expect(post('/graphql', JSON_TYPE, body, 'Content-Encoding', 'gzip')).toBe('');
    expect(post('/graphql', 'text/plain', body)).toBe('');
  });

  test('has a name of bounded length', () => {
    const body = JSON.stringify({ query: `query ${'n'.repeat(5_000)} { a }` });
    expect(post('/graphql', JSON_TYPE, body)).toHaveLength('query '.length + 200);
  });

  test('is known once the request is answered, and found once', () => {
    const exchange = rig.open('/graphql', ['Content-Type', JSON_TYPE], 'http', { method: 'POST' });
    rig.body(exchange, 'request', Buffer.from('{"query":"query Wh'));
    expect(row()?.operation).toBe('');
    rig.body(exchange, 'request', Buffer.from('o { me }"}'));
    rig.answer(exchange);
    expect(row()?.operation).toBe('query Who');
    store.clear();
  });
});
