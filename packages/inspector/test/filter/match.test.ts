import { describe, expect, it } from 'vitest';
import type { ExchangeRow } from '../../src/exchange/row.ts';
import type { FilterSubject } from '../../src/filter/filter.ts';
import { matches } from '../../src/filter/match.ts';
import { parseFilter } from '../../src/filter/parse.ts';
import { NOW, socket, subject } from './subjects.ts';

function isShown(text: string, of: FilterSubject = subject()): boolean {
  const { filter, problems } = parseFilter(text);
  expect(problems, text).toEqual([]);
  return matches(filter, of);
}

function isRowShown(text: string, changes: Partial<ExchangeRow>): boolean {
  return isShown(text, subject(changes));
}

describe('a filter on an exchange', () => {
  it.each([
    '',
    '   ',
    'users',
    'API/Users',
    '/api/users',
    'https://calm',
    '"api/users?page=2"',
    '/us.rs/',
    '/USERS/i',
    'api users',
    'nothing OR users',
    '(nothing OR users) page',
    '-nothing',
    '--users',
    '-(nothing OR never)',
    'nothing OR -(nothing never)',
    'users AND page',
    'METHOD:get',
    'method:/^G/',
    'status:200',
    'status:2xx',
    'status:20X',
    'status:>=200',
    'status:<=200',
    'status:=200',
    'status:200..299',
    'path:/api/users',
    'path:/^.api.users$/',
    '-path:page',
    'host:otter',
    'url:.com/api',
    'query:page=2',
    'type:json',
    'type:application',
    'ip:203.0.113.',
    'tunnel:OTTER',
    'size:512',
    'size:512B',
    'size:<1k',
    'size:0.5k',
    'size:0..1kB',
    'dur:50ms',
    'dur:50',
    'dur:<0.1s',
    'dur:<1m',
    'since:10s',
    'since:1h',
    '-since:9s',
    '-is:error',
  ])('shows it for %s', (text) => {
    expect(isShown(text)).toBe(true);
  });

  it.each([
    'nothing',
    '/USERS/',
    '-users',
    '-(users OR nothing)',
    'users nothing',
    'method:GE',
    'status:404',
    'status:>200',
    'status:<200',
    'status:5xx',
    'path:page',
    'path:/^api/',
    'query:users',
    'type:html',
    'type:image',
    'ip:113',
    'size:>10k',
    'dur:>500ms',
    'since:9s',
    'close:1006',
    'header:accept',
    'body:x',
    'is:ws',
  ])('does not show it for %s', (text) => {
    expect(isShown(text)).toBe(false);
  });

  it('reads blank as AND before OR', () => {
    expect(isShown('users OR nothing nothing')).toBe(true);
    expect(isShown('nothing users OR nothing')).toBe(false);
  });

  it('finds media types of requests too', () => {
    const webhook = { requestType: 'application/json', responseType: 'text/plain' };
    expect(isRowShown('type:json type:text', webhook)).toBe(true);
    expect(isRowShown('-type:json', webhook)).toBe(false);
    expect(isRowShown('type:js', { responseType: 'text/javascript' })).toBe(true);
    expect(isRowShown('type:js', webhook)).toBe(false);
    expect(isRowShown('type:form', { requestType: 'multipart/form-data' })).toBe(true);
    expect(isRowShown('type:events', { responseType: 'text/event-stream' })).toBe(true);
  });

  it('takes what has no status for no status', () => {
    const pending = { state: 'pending', status: 0, durationMs: -1, firstByteMs: -1 } as const;
    expect(isRowShown('status:<500', pending)).toBe(false);
    expect(isRowShown('-status:<500', pending)).toBe(true);
  });

  it('counts the duration of what goes on up to now', () => {
    const going = { state: 'streaming', durationMs: -1, startedAt: NOW - 3_000 } as const;
    expect(isRowShown('dur:3s..4s', going)).toBe(true);
    expect(isRowShown('dur:>=0', { ...going, state: 'refused' })).toBe(false);
  });
});

describe('a filter on headers', () => {
  const of = subject(
    {},
    {
      requestHeaders: ['Accept', '*/*', 'X-Id', 'One Two', 'x-id', 'three'],
      responseHeaders: ['Content-Type', 'text/html; charset=utf-8', 'Set-Cookie', 'a=b: c'],
    },
  );

  it.each([
    'header:accept',
    'reqheader:ACCEPT',
    'reqheader:accept=*/*',
    'header:x-id=three',
    'header:x-id:one',
    'header:x-id="one two"',
    'header:"x-id: one two"',
    'header:x-id=/^three$/',
    'header:x-id=/one/i',
    'header:/^X-Id: One/',
    'resheader:content-type=html',
    'resheader:set-cookie=a=b',
    'header:accept=',
    'header:accept=""',
    '-header:accept=json',
  ])('shows them for %s', (text) => {
    expect(isShown(text, of)).toBe(true);
  });

  it.each(['header:acc', 'resheader:accept', 'header:x-id=four', 'header:x-id=/one/'])(
    'does not show them for %s',
    (text) => {
      expect(isShown(text, of)).toBe(false);
    },
  );
});

describe('a filter on bodies', () => {
  const of = subject({}, { requestBody: '{"Name":"Ada"}', responseBody: 'line 1\nline 2' });

  it('searches the side that it names', () => {
    expect(isShown('body:ada body:line', of)).toBe(true);
    expect(isShown('reqbody:line OR resbody:ada', of)).toBe(false);
    expect(isShown('reqbody:"\\"name\\""', of)).toBe(true);
    expect(isShown('resbody:/1\\nline\\s\\d$/', of)).toBe(true);
  });

  it('asks for bodies last, and not when the answer is known', () => {
    const asked: string[] = [];
    const watched: FilterSubject = {
      ...subject(),
      headers: (side) => {
        asked.push(`${side} headers`);
        return [];
      },
      body: (side) => {
        asked.push(`${side} body`);
        return '';
      },
    };
    isShown('body:x header:a nothing', watched);
    isShown('body:x OR header:a OR users', watched);
    expect(asked).toEqual([]);
    isShown('resbody:x reqheader:a', watched);
    expect(asked).toEqual(['request headers']);
  });
});

describe('is:', () => {
  it.each<[string, Partial<ExchangeRow>, boolean]>([
    ['pending', { state: 'pending' }, true],
    ['pending', { state: 'connecting' }, true],
    ['pending', { state: 'streaming' }, false],
    ['error', { status: 500 }, true],
    ['error', { status: 404 }, false],
    ['error', { state: 'failed', status: 200 }, true],
    ['error', { state: 'aborted', status: 101 }, true],
    ['error', { state: 'rejected', status: 403 }, true],
    ['error', { state: 'refused', status: 401 }, false],
    ['error', { state: 'refused', status: 503 }, true],
    ['ws', { kind: 'websocket' }, true],
    ['ws', { kind: 'upgrade' }, false],
    ['open', { kind: 'websocket', state: 'open' }, true],
    ['open', { kind: 'websocket', state: 'closing' }, true],
    ['open', { state: 'streaming' }, false],
    ['closed', { kind: 'websocket', state: 'closed' }, true],
    ['closed', { kind: 'websocket', state: 'aborted' }, true],
    ['closed', { state: 'done' }, false],
    ['replay', { replayOf: 'x0' }, true],
    ['pinned', { isPinned: true }, true],
    ['tagged', { tags: ['a'] }, true],
    ['tagged', {}, false],
    ['truncated', { isTruncated: true }, true],
    ['large', { responseBytes: 1_048_576 }, true],
    ['large', { responseBytes: 1_048_575 }, false],
    ['denied', { state: 'refused', status: 403 }, true],
    ['denied', { state: 'done', status: 403 }, false],
    ['denied', { state: 'refused', status: 404 }, false],
    [
      'denied',
      { state: 'rejected', status: 429, failure: { code: 'X', side: 'relay', reason: '' } },
      true,
    ],
    ['slow', { durationMs: 1_000 }, true],
    ['slow', { durationMs: 999 }, false],
    ['slow', { state: 'pending', durationMs: -1, startedAt: NOW - 1_000 }, true],
    ['slow', { durationMs: 9_000, responseType: 'text/event-stream' }, false],
    ['slow', { durationMs: 9_000, firstByteMs: 2_000, kind: 'websocket', state: 'closed' }, true],
    ['slow', { durationMs: 9_000, kind: 'websocket', state: 'closed' }, false],
    ['slow', { state: 'refused', durationMs: -1, startedAt: NOW - 9_000 }, false],
  ])('%s of %o is %s', (name, changes, expected) => {
    expect(isRowShown(`is:${name}`, changes)).toBe(expected);
    expect(isRowShown(`-IS:${name}`, changes)).toBe(!expected);
  });

  it.each([
    ['tag:stripe', true],
    ['tag:"two words"', true],
    ['tag:/^str/i', true],
    ['-tag:other', true],
    ['tag:strip', false],
    ['tag:/^str/', false],
    ['-tag:stripe', false],
  ])('%s of what is tagged Stripe and two words is %s', (text, expected) => {
    expect(isRowShown(text, { tags: ['Stripe', 'two words'] })).toBe(expected);
    expect(isRowShown('tag:stripe', {})).toBe(false);
  });

  it('compares close codes', () => {
    expect(isRowShown('close:1006', socket(1006))).toBe(true);
    expect(isRowShown('close:>=4000', socket(4001))).toBe(true);
    expect(isRowShown('close:1006', socket(1000))).toBe(false);
    expect(isRowShown('close:>=1000', socket())).toBe(false);
  });
});
