/** How figures are written, everywhere alike. */

const UNITS = ['B', 'KiB', 'MiB', 'GiB', 'TiB'];

/** `512 B`, `1.2 KiB`, `34 MiB`; steps of 1024, as in the filter. */
export function bytesText(bytes: number): string {
  let value = bytes;
  let unit = 0;
  while (value >= (unit === 0 ? 1024 : 1000) && unit < UNITS.length - 1) {
    value /= 1024;
    unit += 1;
  }
  const digits = unit === 0 || value >= 100 ? 0 : 1;
  return `${value.toFixed(digits)} ${UNITS[unit]}`;
}

/** `0.4 ms`, `12 ms`, `1.24 s`, `1 min`, `3 min 5 s`, `2 h 10 min`; a dash for -1, which is not known. */
export function durationText(ms: number): string {
  if (ms < 0) return '–';
  if (ms < 9.95) return `${ms.toFixed(1)} ms`;
  if (ms < 999.5) return `${ms.toFixed(0)} ms`;
  if (ms < 59_995) return `${(ms / 1000).toFixed(ms < 9_995 ? 2 : 1)} s`;
  const seconds = Math.round(ms / 1000);
  if (seconds < 3600) return `${Math.floor(seconds / 60)} min${restText(seconds % 60, 's')}`;
  const minutes = Math.round(seconds / 60);
  if (minutes < 48 * 60) return `${Math.floor(minutes / 60)} h${restText(minutes % 60, 'min')}`;
  return `${Math.round(minutes / 1440)} days`;
}

function restText(count: number, unit: string): string {
  return count === 0 ? '' : ` ${count} ${unit}`;
}

/** `14:03:09.412`, in the zone that was chosen. `at`: Unix milliseconds. */
export function timeText(at: number, isUtc: boolean): string {
  const date = new Date(isUtc ? at : at - new Date(at).getTimezoneOffset() * 60_000);
  return date.toISOString().slice(11, 23);
}

/** ... with its day. */
export function dateTimeText(at: number, isUtc: boolean): string {
  const date = new Date(isUtc ? at : at - new Date(at).getTimezoneOffset() * 60_000);
  return `${date.toISOString().slice(0, 10)} ${timeText(at, isUtc)}${isUtc ? ' UTC' : ''}`;
}

/** `now`, `12 s`, `3 min`, `2 h`: how long ago. */
export function agoText(at: number, now: number): string {
  const seconds = Math.max(0, Math.round((now - at) / 1000));
  if (seconds < 2) return 'now';
  if (seconds < 60) return `${seconds} s`;
  const minutes = Math.round(seconds / 60);
  return minutes < 60 ? `${minutes} min` : `${Math.round(minutes / 60)} h`;
}

/** `1,204`. */
export function countText(count: number): string {
  return count.toLocaleString('en-US');
}
