const BYTES: readonly (readonly [number, string])[] = [
  [1024 ** 3, 'GiB'],
  [1024 ** 2, 'MiB'],
  [1024, 'KiB'],
];

const MILLISECONDS: readonly (readonly [number, string])[] = [
  [3_600_000, 'hour'],
  [60_000, 'minute'],
  [1_000, 'second'],
];

/** `10 KiB`, `1 byte`. */
export function bytesText(bytes: number): string {
  const [scale, unit] = BYTES.find(([each]) => divides(each, bytes)) ?? [1, ''];
  return unit === '' ? counted(bytes, 'byte') : `${bytes / scale} ${unit}`;
}

/** `5 minutes`, `500 ms`. */
export function millisecondsText(milliseconds: number): string {
  const [scale, unit] = MILLISECONDS.find(([each]) => divides(each, milliseconds)) ?? [1, ''];
  return unit === '' ? `${milliseconds} ms` : counted(milliseconds / scale, unit);
}

/** The largest unit that leaves halves at most. */
function divides(scale: number, quantity: number): boolean {
  return quantity >= scale && Number.isInteger((quantity / scale) * 2);
}

function counted(number: number, noun: string): string {
  return `${number} ${noun}${number === 1 ? '' : 's'}`;
}
