const QUANTITY = /^(\d{1,13}(?:\.\d{1,3})?)([a-z]{0,2})$/;

/** Bytes or milliseconds; a terabyte and thirty years are enough, and print without an exponent. */
const QUANTITY_MAX = 1e12;

const BYTES: ReadonlyMap<string, number> = new Map([
  ['', 1],
  ['b', 1],
  ['k', 1024],
  ['kb', 1024],
  ['m', 1024 ** 2],
  ['mb', 1024 ** 2],
  ['g', 1024 ** 3],
  ['gb', 1024 ** 3],
]);

const MILLISECONDS: ReadonlyMap<string, number> = new Map([
  ['ms', 1],
  ['s', 1_000],
  ['m', 60_000],
  ['h', 3_600_000],
]);

/** Bytes of `10k`, `1.5M`, `800`; in any case of letters. */
export function readBytes(text: string): number | undefined {
  return readQuantity(text.toLowerCase(), BYTES);
}

/** Milliseconds of `500ms`, `5s`, `1.5m`, `2h`. */
export function readMilliseconds(text: string): number | undefined {
  return readQuantity(text.toLowerCase(), MILLISECONDS);
}

/** As `readMilliseconds`; a number without a unit is milliseconds. */
export function readDuration(text: string): number | undefined {
  return readMilliseconds(/[0-9]$/.test(text) ? `${text}ms` : text);
}

/** A status has three digits. */
export function readStatus(text: string): number | undefined {
  return /^[1-9]\d\d$/.test(text) ? Number(text) : undefined;
}

/** A close code has four digits. */
export function readCloseCode(text: string): number | undefined {
  return /^[1-9]\d{3}$/.test(text) ? Number(text) : undefined;
}

function readQuantity(text: string, units: ReadonlyMap<string, number>): number | undefined {
  const [, number = '', unit = ''] = QUANTITY.exec(text) ?? [];
  const scale = units.get(unit);
  if (number === '' || scale === undefined) return undefined;
  const quantity = Math.round(Number(number) * scale * 1000) / 1000;
  return quantity <= QUANTITY_MAX ? quantity : undefined;
}
