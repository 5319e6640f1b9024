const COLUMNS = 16;
/** Bytes that a dump shows without being told otherwise. */
const DUMPED = 4096;

/** `00000010  68 65 6c 6c 6f …  |hello|`, 16 bytes a line, of the first `most` bytes. */
export function hexDump(bytes: Uint8Array, most: number = DUMPED): string {
  const lines: string[] = [];
  const end = Math.min(bytes.length, Math.max(0, most));
  for (let at = 0; at < end; at += COLUMNS) {
    lines.push(lineOf(bytes.subarray(at, Math.min(end, at + COLUMNS)), at));
  }
  if (bytes.length > end) lines.push(`… ${bytes.length - end} bytes more`);
  return lines.join('\n');
}

/** `01 ff` as `01ff`, of the first `most` bytes. */
export function hexText(bytes: Uint8Array, most: number): string {
  return Array.from(bytes.subarray(0, most), pair).join('');
}

function lineOf(bytes: Uint8Array, at: number): string {
  const pairs = Array.from(bytes, pair);
  const left = pairs.slice(0, COLUMNS / 2).join(' ');
  const right = pairs.slice(COLUMNS / 2).join(' ');
  const hex = `${left}  ${right}`.padEnd(3 * COLUMNS);
  return `${at.toString(16).padStart(8, '0')}  ${hex} |${Array.from(bytes, shown).join('')}|`;
}

function pair(byte: number): string {
  return byte.toString(16).padStart(2, '0');
}

function shown(byte: number): string {
  return byte >= 0x20 && byte < 0x7f ? String.fromCharCode(byte) : '.';
}
