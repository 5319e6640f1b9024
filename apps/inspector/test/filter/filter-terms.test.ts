import { parseFilter } from '@sellia/inspector/browser';
import { describe, expect, test } from 'vitest';
import {
  addTerm,
  chooseTunnel,
  QUICK_FILTERS,
  removeChip,
  removeQuick,
  removeTerm,
  tagTerm,
  toggleQuick,
  toggleTerm,
  tunnelTerm,
} from '../../src/filter/filter-terms.ts';

const quick = (label: string) => {
  const found = QUICK_FILTERS.find((each) => each.label === label);
  if (found === undefined) throw new Error(label);
  return found;
};

describe('a term', () => {
  test('is added to what there is', () => {
    expect(addTerm('', 'is:ws')).toBe('is:ws');
    expect(addTerm(' path:/a ', 'is:ws')).toBe('path:/a is:ws');
  });

  test('is not taken in by OR', () => {
    const text = addTerm('a OR b', 'is:ws');
    expect(text).toBe('(a OR b) is:ws');
    expect(parseFilter(text).chips.map((chip) => chip.text)).toEqual(['(a OR b)', 'is:ws']);
  });

  test('is taken out, and nothing else', () => {
    expect(removeTerm('is:ws path:/is:ws is:ws', 'is:ws')).toBe('path:/is:ws');
    expect(removeTerm('-is:ws a', 'is:ws')).toBe('-is:ws a');
  });
});

test('a tag is put in and taken out again', () => {
  const term = tagTerm('two words');
  expect(toggleTerm('a OR b', term)).toBe('(a OR b) tag:"two words"');
  expect(toggleTerm('a tag:"two words"', term)).toBe('a');
});

test('a chip is taken out with the blanks around it', () => {
  const text = 'a  "b c"  d';
  const chip = parseFilter(text).chips[1];
  expect(chip === undefined ? '' : removeChip(text, chip)).toBe('a d');
});

describe('quick filters', () => {
  test('of one kind take each other’s place, others stay', () => {
    let text = toggleQuick('path:/a', quick('HTTP'));
    text = toggleQuick(text, quick('Errors'));
    text = toggleQuick(text, quick('WebSocket'));
    expect(text).toBe('path:/a is:error is:ws');
    expect(toggleQuick(text, quick('WebSocket'))).toBe('path:/a is:error');
    expect(removeQuick(text)).toBe('path:/a');
  });

  test('are all understood', () => {
    for (const { term } of QUICK_FILTERS) expect(parseFilter(term).problems).toEqual([]);
  });
});

describe('a tunnel', () => {
  test('is meant whole where its name is a part of another', () => {
    const names = ['app', 'app-admin'];
    expect(tunnelTerm('app-admin', names)).toBe('tunnel:app-admin');
    expect(tunnelTerm('app', names)).toBe('tunnel:/^app$/');
    expect(parseFilter(tunnelTerm('app', names)).problems).toEqual([]);
  });

  test('takes the place of another', () => {
    const names = ['app', 'app-admin'];
    const text = chooseTunnel('is:ws', 'app', names);
    expect(chooseTunnel(text, 'app-admin', names)).toBe('is:ws tunnel:app-admin');
    expect(chooseTunnel(text, undefined, names)).toBe('is:ws');
  });
});
