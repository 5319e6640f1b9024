import { describe, expect, it } from 'vitest';
import { parseFilter } from '../../src/filter/parse.ts';
import { printFilter } from '../../src/filter/print.ts';

/** The stretches that are wrong, and what is left. */
function reading(text: string): { wrong: string[]; filter: string } {
  const { problems, filter } = parseFilter(text);
  return {
    wrong: problems.map(({ start, end }) => text.slice(start, end)),
    filter: printFilter(filter),
  };
}

describe('reading a filter', () => {
  it('leaves out what is wrong, and says where it is', () => {
    expect(reading('a status:abc b')).toEqual({ wrong: ['status:abc'], filter: 'a b' });
    expect(reading('a OR stauts:404')).toEqual({ wrong: ['stauts:404'], filter: 'a' });
    expect(reading('-is:eror -(b')).toEqual({ wrong: ['is:eror', '('], filter: '-b' });
    expect(reading('a )b')).toEqual({ wrong: [')'], filter: 'a b' });
    expect(reading('OR a')).toEqual({ wrong: ['OR'], filter: 'a' });
    expect(reading('a OR')).toEqual({ wrong: ['OR'], filter: 'a' });
    expect(reading('a OR OR b')).toEqual({ wrong: ['OR'], filter: 'a OR b' });
    expect(reading('() a')).toEqual({ wrong: ['('], filter: 'a' });
    expect(reading('- a')).toEqual({ wrong: ['-'], filter: 'a' });
    expect(reading('-')).toEqual({ wrong: ['-'], filter: '' });
    expect(reading('status: 404')).toEqual({ wrong: ['status:'], filter: '404' });
    expect(reading('path:/(a|b/ c')).toEqual({ wrong: ['path:/(a|b/'], filter: 'c' });
    expect(reading('"open')).toEqual({ wrong: ['"open'], filter: '' });
  });

  it.each([
    ['stauts:404', 'There is no key stauts:. Did you mean status:?'],
    ['localhost:3000', 'There is no key localhost:. Put text with a colon in "quotes".'],
    ['is:eror', 'is:eror is not known. Did you mean error?'],
    ['status:4', '"4" is not a status such as 404, 4xx or >=500.'],
    ['status:500..400', '500..400 runs backwards.'],
    ['size:big', '"big" is not a size such as >10k.'],
    ['size:9999999999G', '"9999999999G" is not a size such as >10k.'],
    ['dur:5d', '"5d" is not a duration such as >500ms.'],
    ['since:5', '"5" is not a time such as 5m or 1h.'],
    ['close:6', '"6" is not a close code such as 1006.'],
    ['status:/4../', 'status: takes no regular expression.'],
    ['method: x', 'method: needs a value right behind it.'],
    ['header:"a b"', 'A header is written as name or name=value.'],
    ['/(?=a)/', 'Looking ahead and behind, (?= and its kin, cannot be used here.'],
    ['/(a)\\1/', 'References to groups (\\1, \\k) cannot be used here.'],
  ])('says what is wrong with %s', (text, message) => {
    expect(parseFilter(text).problems[0]?.message).toBe(message);
  });

  it('does not complain about a key that is being typed', () => {
    expect(parseFilter('a status:')).toMatchObject({ problems: [], filter: { kind: 'term' } });
    expect(parseFilter('-is:')).toMatchObject({ problems: [], filter: { parts: [] } });
  });

  it('takes a slash for a path unless another one ends it', () => {
    expect(reading('/api/users /api /x/y/ /re g/ path:/a[/]b/')).toEqual({
      wrong: [],
      filter: '"/api/users" "/api" "/x/y/" /re g/ path:/a[/]b/',
    });
  });

  it('takes the colon of a scheme for text', () => {
    expect(reading('https://x:8080/y')).toEqual({ wrong: [], filter: '"https://x:8080/y"' });
  });

  it('tells what it needs', () => {
    expect(parseFilter('a status:404').needs).toBe('row');
    expect(parseFilter('a -(b OR reqheader:x)').needs).toBe('headers');
    expect(parseFilter('header:x -(b OR body:y)').needs).toBe('body');
    expect(parseFilter('').needs).toBe('row');
  });

  it('makes a chip of each condition, wrong ones too', () => {
    const texts = (text: string): string[] => parseFilter(text).chips.map((chip) => chip.text);
    expect(texts('status:404 -"a b" AND (x OR y) bad:1')).toEqual([
      'status:404',
      '-"a b"',
      '(x OR y)',
      'bad:1',
    ]);
    expect(texts(' a b OR c ')).toEqual(['a b OR c']);
    expect(texts('')).toEqual([]);
  });
});

describe('the bounds of a filter', () => {
  it('ends at 2,000 characters, at a blank', () => {
    const text = `${'a '.repeat(50)}${'b'.repeat(1_950)}`;
    const { problems } = parseFilter(text);
    expect(problems).toEqual([
      { start: 100, end: 2_050, message: 'A filter has at most 2000 characters.' },
    ]);
    expect(parseFilter('x'.repeat(100_000)).filter).toMatchObject({ parts: [] });
  });

  it('ends at 100 terms', () => {
    const { problems, filter } = parseFilter('a '.repeat(101));
    expect(problems).toHaveLength(1);
    expect(filter.kind === 'and' && filter.parts.length).toBe(100);
  });

  it('skips what is too deep', () => {
    const deep = `${'('.repeat(30)}a${')'.repeat(30)}`;
    expect(reading(`${deep} b`)).toEqual({
      wrong: [`${'('.repeat(10)}a${')'.repeat(10)}`],
      filter: 'b',
    });
    expect(parseFilter(`${'('.repeat(2_000)}`).problems.length).toBeGreaterThan(0);
    expect(parseFilter(`${'-'.repeat(1_999)}a`).filter.kind).toBe('not');
  });

  it('reads what tempts to look ahead for ever in a moment', () => {
    const started = performance.now();
    for (const piece of ['/a ', '/[', '"\\', 'a:', '(-', '/[]', 'header:a=/[', 'OR ']) {
      parseFilter(piece.repeat(2_000 / piece.length));
    }
    expect(performance.now() - started).toBeLessThan(500);
  });
});
