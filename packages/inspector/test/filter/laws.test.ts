import fc from 'fast-check';
import { expect, describe as group, it } from 'vitest';
import { describe } from '../../src/filter/describe.ts';
import { matches } from '../../src/filter/match.ts';
import { needsOf } from '../../src/filter/needs.ts';
import { parseFilter } from '../../src/filter/parse.ts';
import { printFilter } from '../../src/filter/print.ts';
import { suggest } from '../../src/filter/suggest.ts';
import { filters, subjects, texts } from './arbitraries.ts';

const several = fc.array(subjects, { minLength: 1, maxLength: 5 });

group('laws of the filter language', () => {
  it('nothing that is typed throws, and problems and chips lie within it', () => {
    const property = fc.property(texts, subjects, (text, of) => {
      const { filter, problems, chips } = parseFilter(text);
      matches(filter, of);
      expect(describe(filter)).not.toBe('');
      for (const { start, end } of [...problems, ...chips]) {
        expect(0 <= start && start < end && end <= text.length).toBe(true);
      }
      for (const chip of chips) expect(text.slice(chip.start, chip.end)).toBe(chip.text);
    });
    fc.assert(property, { numRuns: 3_000 });
  });

  it('a printed filter reads as itself', () => {
    const property = fc.property(filters, several, (filter, all) => {
      const text = printFilter(filter);
      const again = parseFilter(text);
      expect(again.problems, text).toEqual([]);
      expect(again.needs).toBe(needsOf(filter));
      for (const of of all) expect(matches(again.filter, of), text).toBe(matches(filter, of));
    });
    fc.assert(property, { numRuns: 3_000 });
  });

  it('what was read prints without problems, and prints the same again', () => {
    const property = fc.property(texts, (text) => {
      const printed = printFilter(parseFilter(text).filter);
      const again = parseFilter(printed);
      expect(again.problems, printed).toEqual([]);
      expect(printFilter(again.filter)).toBe(printed);
    });
    fc.assert(property, { numRuns: 2_000, examples: [['-(-status'], ['a -(-(b OR c))']] });
  });

  it('-x is the complement of x', () => {
    const property = fc.property(filters, several, (filter, all) => {
      const negated = parseFilter(`-(${printFilter(filter)})`).filter;
      for (const of of all) expect(matches(negated, of)).toBe(!matches(filter, of));
    });
    fc.assert(property, { numRuns: 1_000 });
  });

  it('a blank is AND, OR is OR, in any order', () => {
    const property = fc.property(filters, filters, several, (one, other, all) => {
      const [x, y] = [`(${printFilter(one)})`, `(${printFilter(other)})`];
      const both = [
        parseFilter(`${x} ${y}`),
        parseFilter(`${y}${x}`),
        parseFilter(`${x} AND ${y}`),
      ];
      const either = [parseFilter(`${x} OR ${y}`), parseFilter(`-(-${x} -${y})`)];
      for (const of of all) {
        const [isOne, isOther] = [matches(one, of), matches(other, of)];
        for (const { filter } of both) expect(matches(filter, of)).toBe(isOne && isOther);
        for (const { filter } of either) expect(matches(filter, of)).toBe(isOne || isOther);
      }
    });
    fc.assert(property, { numRuns: 1_000 });
  });

  it('a chip taken out leaves the other conditions', () => {
    const property = fc.property(
      fc.array(filters, { minLength: 2, maxLength: 4 }),
      several,
      (all, of) => {
        const text = all.map((each) => `(${printFilter(each)})`).join(' ');
        const { chips } = parseFilter(text);
        expect(chips).toHaveLength(all.length);
        for (const [index, { start, end }] of chips.entries()) {
          const rest = parseFilter(`${text.slice(0, start)} ${text.slice(end)}`).filter;
          const others = all.filter((_, each) => each !== index);
          for (const each of of) {
            expect(matches(rest, each)).toBe(others.every((other) => matches(other, each)));
          }
        }
      },
    );
    fc.assert(property, { numRuns: 300 });
  });

  it('suggestions fit where they are made, and parse when nothing else is wrong', () => {
    const property = fc.property(texts, fc.nat(30), (text, at) => {
      const cursor = Math.min(at, text.length);
      const suggestions = suggest(text, cursor, { tunnel: ['calm otter', 'x"y'] });
      expect(suggestions.length).toBeLessThanOrEqual(12);
      for (const { insert, start, end, sentence } of suggestions) {
        expect(0 <= start && start <= cursor && cursor <= end && end <= text.length).toBe(true);
        expect(parseFilter(insert).problems, insert).toEqual([]);
        expect(sentence).not.toBe('');
      }
    });
    fc.assert(property, { numRuns: 2_000 });
  });

  it('a suggestion behind a filter without problems makes none', () => {
    const starts = fc.constantFrom(
      '',
      '-',
      's',
      'status:',
      'is:p',
      'header:',
      'me',
      'dur:',
      '40',
      'tunnel:',
    );
    const property = fc.property(filters, starts, (filter, start) => {
      const text = `(${printFilter(filter)}) ${start}`;
      for (const each of suggest(text, text.length, { tunnel: ['calm otter'] })) {
        const accepted = text.slice(0, each.start) + each.insert + text.slice(each.end);
        expect(parseFilter(accepted).problems, accepted).toEqual([]);
      }
    });
    fc.assert(property, { numRuns: 300 });
  });
});
