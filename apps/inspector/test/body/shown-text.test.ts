import { expect, test } from 'vitest';
import { LINE_MAX, LINES_MAX, shownText } from '../../src/body/shape/shown-text.ts';

test('text without anything odd stays as it is', () => {
  expect(shownText('a\nb 👋 é')).toEqual({ text: 'a\nb 👋 é', marks: [], place: 8, notes: [] });
});

test('line ends become LF, and what hides is written out where it stands', () => {
  const { text, marks } = shownText('a\r\nb\u202ec\0');
  expect(text).toBe('a\nb\\u202ec\\u0000');
  expect(marks.map(({ start, end }) => text.slice(start, end))).toEqual(['\\u202e', '\\u0000']);
});

test('a long line goes on in the next, and marks and places move along', () => {
  const given = `${'x'.repeat(LINE_MAX + 5)}\u202e${'y'.repeat(LINE_MAX)}!`;
  const { text, marks, place, notes } = shownText(given, given.length - 1);
  expect(text.split('\n').every(({ length }) => length <= LINE_MAX)).toBe(true);
  expect(text.replaceAll('\n', '')).toBe(given.replace('\u202e', '\\u202e'));
  expect(marks.map(({ start, end }) => text.slice(start, end))).toEqual(['\\u202e']);
  expect(text[place]).toBe('!');
  expect(notes).toHaveLength(1);
});

test('a long line is not broken within a character, nor where it ends anyway', () => {
  const pairs = `${'x'.repeat(LINE_MAX - 1)}👋${'z'.repeat(10)}`;
  expect(shownText(pairs).text.isWellFormed()).toBe(true);
  const exact = `${'x'.repeat(LINE_MAX)}\n${'y'.repeat(LINE_MAX)}\nz`;
  expect(shownText(exact).text).toBe(exact);
  expect(shownText(exact).notes).toEqual([]);
});

test('only so many lines are shown', () => {
  const { text, notes } = shownText('\n'.repeat(2 * LINES_MAX));
  expect(text.length).toBeLessThan(LINES_MAX + 1);
  expect(notes).toEqual(['Only the beginning is shown, 200,000 lines; save it to see the rest.']);
});
