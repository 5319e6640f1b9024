import type { Figure, Measurement, Sample } from './measurement.ts';
import { median } from './median.ts';

/** All rounds of one measurement at all subjects. */
export interface MeasurementResult {
  readonly name: string;
  readonly title: string;
  readonly figures: readonly Figure[];
  readonly rows: readonly SubjectResult[];
}

export interface SubjectResult {
  readonly subject: string;
  readonly samples: readonly Sample[];
  /** Of each figure; NaN where no round had it. */
  readonly medians: Readonly<Record<string, number>>;
  /** Why the subject has no figures here. */
  readonly failure?: string;
}

export function resultOf(
  { name, title, figures }: Measurement,
  rows: readonly SubjectResult[],
): MeasurementResult {
  return { name, title, figures, rows };
}

export function subjectResult(
  subject: string,
  figures: readonly Figure[],
  samples: readonly Sample[],
  failure?: string,
): SubjectResult {
  const medians = figures.map(({ key }): [string, number] => {
    return [key, median(samples.map((sample) => sample[key] ?? Number.NaN))];
  });
  const row = { subject, samples, medians: Object.fromEntries(medians) };
  return failure === undefined ? row : { ...row, failure };
}

/** The median of one figure, `requests-50.rate`, at one subject; NaN when there is none. */
export function figureOf(
  results: readonly MeasurementResult[],
  path: string,
  subject: string,
): number {
  const dot = path.indexOf('.');
  const result = results.find(({ name }) => name === path.slice(0, dot));
  const row = result?.rows.find((candidate) => candidate.subject === subject);
  return row?.medians[path.slice(dot + 1)] ?? Number.NaN;
}
