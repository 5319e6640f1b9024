import { describe, expect, it } from 'vitest';
import { KEYS } from '../../src/filter/key-table.ts';
import { parseFilter } from '../../src/filter/parse.ts';
import { STATES } from '../../src/filter/state-table.ts';
import { suggest } from '../../src/filter/suggest.ts';
import { KNOWN_VALUES } from '../../src/filter/value-table.ts';

/** What is suggested where `|` stands, as the whole text would be. */
function suggested(marked: string): string[] {
  const cursor = marked.indexOf('|');
  const text = marked.replace('|', '');
  return suggest(text, cursor).map(
    ({ insert, start, end }) => text.slice(0, start) + insert + text.slice(end),
  );
}

describe('suggestions', () => {
  it('begin with keys', () => {
    expect(suggested('|')).toHaveLength(12);
    expect(suggested('|').slice(0, 2)).toEqual(['status:', 'method:']);
    expect(suggested('me|')).toEqual(['method:']);
    expect(suggested('a -h|')).toEqual(['a -header:', 'a -host:']);
    expect(suggested('(res| b)')).toEqual(['(resheader: b)', '(resbody: b)']);
  });

  it('go on with values of the key', () => {
    expect(suggested('status:4|')).toEqual(
      ['4xx', '401', '403', '404', '429'].map((v) => `status:${v}`),
    );
    expect(suggested('is:p|')).toEqual(['is:pending', 'is:pinned']);
    expect(suggested('a method:p| b')).toEqual(
      ['POST', 'PUT', 'PATCH'].map((v) => `a method:${v} b`),
    );
    expect(suggested('path:|')).toEqual([]);
  });

  it('offer whole terms for a word that is a value', () => {
    expect(suggested('pend|')).toEqual(['is:pending']);
    expect(suggested('404|')).toEqual(['status:404']);
    expect(suggested('delete|')).toEqual(['method:DELETE']);
  });

  it('offer tags that were seen', () => {
    const inserts = (text: string) =>
      suggest(text, text.length, { tag: ['stripe', 'two words'] }).map(({ insert }) => insert);
    expect(inserts('tag:')).toEqual(['tag:stripe', 'tag:"two words"']);
    expect(inserts('tag')).toEqual(['tag:', 'is:tagged']);
    expect(inserts('stri')).toEqual(['tag:stripe']);
  });

  it('offer what was seen, quoted where needed', () => {
    const offers = suggest('ip:2', 4, { ip: ['2001:db8::1', '10.0.0.1'] });
    expect(offers).toEqual([
      {
        insert: 'ip:"2001:db8::1"',
        label: '2001:db8::1',
        sentence: 'Seen in the address',
        start: 0,
        end: 4,
      },
    ]);
  });

  it.each(['"sta|"', '/sta|/', '|status', 'status:404|', 'nope:x|'])(
    'stay away from %s',
    (marked) => {
      expect(suggested(marked)).toEqual([]);
    },
  );

  it('stay away from nonsense positions', () => {
    expect(suggest('a', -1)).toEqual([]);
    expect(suggest('a', 2)).toEqual([]);
    expect(suggest('a', Number.NaN)).toEqual([]);
    expect(suggest('a '.repeat(2_000), 3)).toEqual([]);
  });

  it('have nothing in their tables that does not parse', () => {
    for (const { name } of KEYS) {
      for (const { value } of KNOWN_VALUES[name] ?? []) {
        expect(parseFilter(`${name}:${value}`).problems).toEqual([]);
      }
    }
    for (const { name } of STATES) expect(parseFilter(`is:${name}`).problems).toEqual([]);
  });
});
