import { figureTitle } from './measurement.ts';
import type { MicroResult } from './micro.ts';
import type { MeasurementResult } from './results.ts';
import { number, ratio, table } from './table.ts';
import type { JudgedGoal } from './targets.ts';

/** Everything that a run found out; written as JSON as it is. */
export interface Report {
  readonly startedAt: string;
  readonly node: string;
  readonly cpu: string;
  readonly cores: number;
  /** A smoke run's figures mean nothing. */
  readonly isSmoke: boolean;
  readonly rounds: number;
  readonly leftOut: readonly { readonly subject: string; readonly why: string }[];
  readonly measurements: readonly MeasurementResult[];
  readonly micro: readonly MicroResult[];
  readonly goals: readonly JudgedGoal[];
}

/** The report as text for a terminal. */
export function reportText(report: Report): string {
  const head = `${report.cpu}, ${report.cores} cores, Node ${report.node}, medians of ${report.rounds}`;
  const parts = [
    report.isSmoke ? `${head}\nA smoke run: these figures mean nothing.` : head,
    ...report.measurements.map(measurementText),
    microText(report.micro),
    goalsText(report.goals),
    report.leftOut.map(({ subject, why }) => `left out: ${subject} (${why})`).join('\n'),
  ];
  return `${parts.filter(Boolean).join('\n\n')}\n`;
}

/** One row a subject; the last column is the first figure against direct. */
function measurementText({ title, figures, rows }: MeasurementResult): string {
  const shown = figures.filter(({ key }) => rows.some((row) => !Number.isNaN(row.medians[key])));
  const [first] = figures;
  if (first === undefined) return '';
  const direct = rows.find((row) => row.subject === 'direct')?.medians[first.key] ?? Number.NaN;
  const withRatio = !Number.isNaN(direct) && first.unit !== 'x';
  const head = [title, ...shown.map(figureTitle), ...(withRatio ? ['/ direct'] : [])];
  const measured = rows.filter((row) => row.samples.length > 0);
  const lines = measured.map((row) => [
    row.subject,
    ...shown.map(({ key }) => number(row.medians[key] ?? Number.NaN)),
    ...(withRatio ? [ratio((row.medians[first.key] ?? Number.NaN) / direct)] : []),
  ]);
  const failures = rows.flatMap(({ subject, failure }) =>
    failure === undefined ? [] : [`${subject} failed: ${failure}`],
  );
  return [table(head, lines), ...failures].join('\n');
}

function microText(micro: readonly MicroResult[]): string {
  if (micro.length === 0) return '';
  return table(
    ['in one process', 'rate', 'unit'],
    micro.map(({ title, value, unit }) => [title, number(value), unit]),
  );
}

function goalsText(goals: readonly JudgedGoal[]): string {
  if (goals.length === 0) return '';
  const rows = goals.map((goal) => {
    const show = goal.against === undefined ? number : ratio;
    const bound = (value: number) => (goal.better === 'lower' ? `<= ${value}` : `>= ${value}`);
    const against = goal.against ?? '';
    return [
      goal.title,
      against,
      show(goal.value),
      bound(goal.atLeast),
      bound(goal.aim),
      goal.verdict,
    ];
  });
  return table(['target', 'against', 'sellia', 'at least', 'aim', 'verdict'], rows);
}
