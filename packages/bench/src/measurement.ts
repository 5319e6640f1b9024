import type { Amounts } from './amounts.ts';
import type { Target } from './subjects/subject.ts';

/** What is measured, and how to read it. */
export interface Figure {
  readonly key: string;
  readonly label: string;
  readonly unit: string;
  readonly better: 'higher' | 'lower';
}

/** `p99 ms`; the unit once where the label has it already, `requests/s`. */
export function figureTitle({ label, unit }: Figure): string {
  return label.endsWith(unit) ? label : `${label} ${unit}`;
}

/** Figures of one round by key; NaN for what could not be had. */
export type Sample = Readonly<Record<string, number>>;

/** What stands behind the subject. */
export type UpstreamKind = 'pages' | 'sink' | 'echo';

export interface Measurement {
  readonly name: string;
  readonly title: string;
  readonly upstream: UpstreamKind;
  /** First is the one that the picture shows. */
  readonly figures: readonly Figure[];
  /** Wants processes that have carried nothing yet. Default false. */
  readonly isFresh?: boolean;
  /** Unmeasured load before the first round. */
  warm(target: Target, amounts: Amounts): Promise<void>;
  measure(target: Target, amounts: Amounts): Promise<Sample>;
}
