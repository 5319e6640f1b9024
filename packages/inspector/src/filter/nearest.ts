/** Longer words are nobody's slip. */
const LENGTH_MAX = 16;
/** Letters that may be wrong. */
const DISTANCE_MAX = 2;

/** The word that `text` was perhaps meant to be; undefined when none is near. */
export function nearest(text: string, words: readonly string[]): string | undefined {
  if (text.length < 2 || text.length > LENGTH_MAX) return undefined;
  const lower = text.toLowerCase();
  const near = words
    .map((word) => ({ word, distance: distance(lower, word) }))
    .filter((each) => each.distance <= Math.min(DISTANCE_MAX, lower.length - 2))
    .sort((one, other) => one.distance - other.distance);
  return near[0]?.word;
}

/** Letters to put in, take out or change (Levenshtein). */
function distance(one: string, other: string): number {
  let row = Array.from({ length: other.length + 1 }, (_, index) => index);
  for (const [index, letter] of [...one].entries()) row = nextRow(row, index + 1, letter, other);
  return row.at(-1) ?? 0;
}

function nextRow(above: readonly number[], first: number, letter: string, word: string): number[] {
  const row = [first];
  for (let index = 0; index < word.length; index += 1) {
    const changed = (above[index] ?? 0) + (word[index] === letter ? 0 : 1);
    row.push(Math.min(changed, (above[index + 1] ?? 0) + 1, (row[index] ?? 0) + 1));
  }
  return row;
}
