/** One place of two lists that are compared; a side without a line has none. */
export interface LineDiff {
  readonly name: string;
  readonly one: string | undefined;
  readonly other: string | undefined;
  readonly kind: 'same' | 'changed' | 'added' | 'removed';
}

type Lines = readonly { readonly name: string; readonly value: string }[];

/**
 * Compares headers by name, case apart, in the order of the first list; what only the second has comes
 * last. Of a name that comes more than once, the first is compared with the first, and so on.
 */
export function diffLines(one: Lines, other: Lines): LineDiff[] {
  const ones = grouped(one);
  const others = grouped(other);
  const names = new Set([...ones.keys(), ...others.keys()]);
  return [...names].flatMap((name) => diffValues(ones.get(name), others.get(name)));
}

interface Group {
  /** As it was written first. */
  readonly name: string;
  readonly values: string[];
}

function grouped(lines: Lines): Map<string, Group> {
  const groups = new Map<string, Group>();
  for (const { name, value } of lines) {
    const key = name.toLowerCase();
    const group = groups.get(key);
    if (group === undefined) groups.set(key, { name, values: [value] });
    else group.values.push(value);
  }
  return groups;
}

function diffValues(one?: Group, other?: Group): LineDiff[] {
  const name = one?.name ?? other?.name ?? '';
  const count = Math.max(one?.values.length ?? 0, other?.values.length ?? 0);
  return Array.from({ length: count }, (_, i) => diffOf(name, one?.values[i], other?.values[i]));
}

export function diffOf(name: string, one?: string, other?: string): LineDiff {
  if (one === undefined) return { name, one, other, kind: 'added' };
  if (other === undefined) return { name, one, other, kind: 'removed' };
  return { name, one, other, kind: one === other ? 'same' : 'changed' };
}
