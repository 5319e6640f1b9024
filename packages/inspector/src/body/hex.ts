/** Bytes in a row. */
export const HEX_ROW = 16;

/** Rows that are given at once: some twenty screens. */
export const HEX_ROWS_MAX = 1024;

export interface HexRow {
  /** Of its first byte. */
  readonly offset: number;
  /** Two digits for each byte, with a space between bytes. */
  readonly hex: string;
  /** One character for each byte; a dot for what is not printable ASCII. */
  readonly ascii: string;
}

/** How many rows `size` bytes have. */
export function hexRowCount(size: number): number {
  return Math.ceil(size / HEX_ROW);
}

/** At most `count` rows from row `first` on; fewer where the bytes end, or beyond `HEX_ROWS_MAX`. */
export function hexRows(bytes: Uint8Array, first: number, count: number): HexRow[] {
  const last = Math.min(hexRowCount(bytes.length), first + Math.min(count, HEX_ROWS_MAX));
  const rows: HexRow[] = [];
  for (let row = Math.max(0, first); row < last; row++) rows.push(rowAt(bytes, row * HEX_ROW));
  return rows;
}

function rowAt(bytes: Uint8Array, offset: number): HexRow {
  const row = Array.from(bytes.subarray(offset, offset + HEX_ROW));
  const hex = row.map((byte) => byte.toString(16).padStart(2, '0')).join(' ');
  const isPrintable = (byte: number): boolean => byte >= 0x20 && byte < 0x7f;
  const ascii = row.map((byte) => (isPrintable(byte) ? String.fromCharCode(byte) : '.')).join('');
  return { offset, hex, ascii };
}
