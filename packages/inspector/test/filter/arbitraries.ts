import fc from 'fast-check';
import type { ExchangeRow } from '../../src/exchange/row.ts';
import type { Filter, FilterSubject, NumberTest, Term, TextTest } from '../../src/filter/filter.ts';
import type { KeyName } from '../../src/filter/key-table.ts';
import { Pattern } from '../../src/filter/pattern/pattern.ts';
import { STATES } from '../../src/filter/state-table.ts';
import { NOW, socket, subject } from './subjects.ts';

const WORDS = [
  'a',
  'OR',
  'AND',
  '-',
  'api',
  '/a/',
  'x y',
  '"',
  '\\',
  '\\"',
  ')',
  'is:ws',
  'Ä',
  '\n',
];

const word = fc.oneof(fc.constantFrom(...WORDS), fc.string({ minLength: 1, maxLength: 4 }));

const pattern = fc
  .record({
    source: fc.constantFrom('a', '^A', '\\/', '[/]', 'x y', '(a|b)+$'),
    flag: fc.boolean(),
  })
  .map(({ source, flag }): TextTest => ({ kind: 'pattern', pattern: new Pattern(source, flag) }));

function text(kind: 'part' | 'whole' | 'beginning'): fc.Arbitrary<TextTest> {
  return fc.oneof(
    word.map((each): TextTest => ({ kind, text: each })),
    pattern,
  );
}

function number(values: fc.Arbitrary<number>): fc.Arbitrary<NumberTest> {
  const operator = fc.constantFrom('=', '>', '>=', '<', '<=');
  return fc.oneof(
    fc.record({ operator, number: values }).map((each) => ({ kind: 'compare' as const, ...each })),
    fc.tuple(values, values).map(([one, other]): NumberTest => {
      return { kind: 'range', from: Math.min(one, other), to: Math.max(one, other) };
    }),
  );
}

function term(key: KeyName, test: fc.Arbitrary<Term['test']>): fc.Arbitrary<Filter> {
  return test.map((each): Filter => ({ kind: 'term', key, test: each }));
}

function parts(...keys: readonly KeyName[]): fc.Arbitrary<Filter>[] {
  return keys.map((key) => term(key, text('part')));
}

const name = fc.constantFrom('accept', 'x-id');
const header = fc.oneof(
  pattern,
  name.map((each) => ({ kind: 'header' as const, name: each })),
  fc.record({ name, value: text('part') }).map((each) => ({ kind: 'header' as const, ...each })),
);
const state = fc
  .constantFrom(...STATES)
  .map((each) => ({ kind: 'state' as const, state: each.name }));
const age = fc
  .integer({ min: 0, max: 20_000 })
  .map((ms): NumberTest => ({ kind: 'compare', operator: '<=', number: ms }));
const milliseconds = fc
  .integer({ min: 0, max: 4_000_000 })
  .map((thousandths) => thousandths / 1000);

const anyTerm = fc.oneof(
  ...parts('path', 'host', 'url', 'query', 'type', 'body', 'reqbody', 'resbody', 'tunnel'),
  term('method', text('whole')),
  term('tag', text('whole')),
  term('ip', text('beginning')),
  term('header', header),
  term('reqheader', header),
  term('resheader', header),
  term('is', state),
  term('status', number(fc.integer({ min: 100, max: 599 }))),
  term('close', number(fc.integer({ min: 1000, max: 4999 }))),
  term('size', number(fc.integer({ min: 0, max: 1e12 }))),
  term('dur', number(milliseconds)),
  term('since', age),
);

/** Trees as a parser could have made them. */
export const filters: fc.Arbitrary<Filter> = fc.letrec<{ filter: Filter }>((tie) => {
  const group = fc.array(tie('filter'), { minLength: 2, maxLength: 3 });
  return {
    filter: fc.oneof(
      { depthSize: 'small', withCrossShrink: true },
      anyTerm,
      tie('filter').map((part): Filter => ({ kind: 'not', part })),
      group.map((each): Filter => ({ kind: 'and', parts: each })),
      group.map((each): Filter => ({ kind: 'or', parts: each })),
    ),
  };
}).filter;

const changes: fc.Arbitrary<Partial<ExchangeRow>> = fc.record(
  {
    method: fc.constantFrom('GET', 'POST', 'a'),
    target: fc.tuple(word, word).map(([path, query]) => `/${path}?${query}`),
    host: word,
    tunnel: word,
    visitor: fc.constantFrom('', 'a', 'api.1'),
    status: fc.oneof(fc.constant(0), fc.integer({ min: 100, max: 599 })),
    state: fc.constantFrom('pending', 'done', 'failed', 'refused', 'open', 'closed', 'rejected'),
    durationMs: fc.oneof(fc.constant(-1), fc.integer({ min: 0, max: 4_000 })),
    startedAt: fc.integer({ min: NOW - 20_000, max: NOW }),
    responseBytes: fc.oneof(fc.nat(2_000_000), fc.nat(1e12)),
    responseType: fc.constantFrom('', 'application/json', 'a', 'text/event-stream'),
    isPinned: fc.boolean(),
    tags: fc.array(word, { minLength: 1, maxLength: 2 }),
  },
  { requiredKeys: [] },
);

const headers = fc.array(fc.tuple(name, word), { maxLength: 3 }).map((lines) => lines.flat());
const body = fc.array(word, { maxLength: 3 }).map((words) => words.join(''));
const code = fc.option(fc.integer({ min: 1000, max: 4999 }), { nil: undefined });

export const subjects: fc.Arbitrary<FilterSubject> = fc
  .tuple(
    changes,
    fc.option(code.map(socket), { nil: {} }),
    fc.record({
      requestHeaders: headers,
      responseHeaders: headers,
      requestBody: body,
      responseBody: body,
    }),
  )
  .map(([row, connection, contents]) => subject({ ...row, ...connection }, contents));

/** Texts that look like filters, with everything that can be wrong. */
export const texts: fc.Arbitrary<string> = fc.oneof(
  fc.string({ maxLength: 30 }),
  fc.string({ unit: 'binary', maxLength: 20 }),
  fc
    .array(
      fc.constantFrom(
        ...[
          'status',
          'is',
          'header',
          'body',
          'path',
          'nope',
          ':',
          ':',
          '-',
          '(',
          ')',
          '"',
          '/',
          '\\',
        ],
        ...[
          ' ',
          ' ',
          ' OR ',
          ' AND ',
          '4xx',
          '>=500',
          '..',
          'error',
          '10k',
          'x-id=',
          '[',
          '*',
          'i',
          'a',
        ],
      ),
      { maxLength: 20 },
    )
    .map((pieces) => pieces.join('')),
);
