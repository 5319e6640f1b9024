/** What a curve is drawn into. */
interface CurveSize {
  readonly width: number;
  readonly height: number;
  /** The value at its upper edge; above 0. */
  readonly most: number;
}

/** Room for the line's own width at both edges. */
const EDGE = 1;

/** An SVG path through all values, with a gap where one is below 0. */
export function linePath(values: readonly number[], size: CurveSize): string {
  let isOpen = false;
  return values
    .map((value, i) => {
      if (value < 0) {
        isOpen = false;
        return '';
      }
      const step = `${isOpen ? 'L' : 'M'}${xOf(i, values.length, size)} ${yOf(value, size)}`;
      isOpen = true;
      return step;
    })
    .join('');
}

/** What is below that line, closed; what is not known counts as nothing. */
export function areaPath(values: readonly number[], size: CurveSize): string {
  if (values.length === 0) return '';
  const known = values.map((value) => Math.max(0, value));
  return `${linePath(known, size)}V${size.height}H0Z`;
}

function xOf(i: number, count: number, { width }: CurveSize): string {
  return round(count < 2 ? width : (i * width) / (count - 1));
}

function yOf(value: number, { height, most }: CurveSize): string {
  return round(height - EDGE - (Math.min(value, most) / most) * (height - 2 * EDGE));
}

function round(at: number): string {
  return String(Math.round(at * 10) / 10);
}
