import type { Amounts } from './amounts.ts';
import type { BenchFolder } from './bench-folder.ts';
import type { Measurement, Sample, UpstreamKind } from './measurement.ts';
import { answering } from './ready.ts';
import { type MeasurementResult, resultOf, subjectResult } from './results.ts';
import type { Running, Subject } from './subjects/subject.ts';
import { startPages } from './upstreams/pages.ts';
import { startProgramUpstream } from './upstreams/program-upstream.ts';
import type { Upstream } from './upstreams/upstream.ts';

export interface RunOptions {
  readonly subjects: readonly Subject[];
  readonly measurements: readonly Measurement[];
  readonly amounts: Amounts;
  readonly folder: BenchFolder;
  /** Told what is being done, for a person who waits. */
  readonly onProgress: (line: string) => void;
}

/** One subject in front of one upstream; `failure` once it could not do what it was asked. */
interface Lane {
  readonly subject: Subject;
  running: Running | undefined;
  failure: string | undefined;
}

/** Takes every measurement at every subject, in alternating rounds. */
export async function run(options: RunOptions): Promise<MeasurementResult[]> {
  const results: MeasurementResult[] = [];
  for (const group of groupsOf(options.measurements)) {
    results.push(...(await runGroup(options, group)));
  }
  const order = options.measurements.map(({ name }) => name);
  return results.sort((a, b) => order.indexOf(a.name) - order.indexOf(b.name));
}

/** Measurements that share an upstream share the processes, unless one wants them fresh. */
function groupsOf(measurements: readonly Measurement[]): Measurement[][] {
  const groups = new Map<string, Measurement[]>();
  for (const measurement of measurements) {
    const key = measurement.isFresh ? measurement.name : measurement.upstream;
    groups.set(key, [...(groups.get(key) ?? []), measurement]);
  }
  return [...groups.values()];
}

async function runGroup(options: RunOptions, group: Measurement[]): Promise<MeasurementResult[]> {
  const [first] = group;
  if (first === undefined) return [];
  const upstream = await startUpstream(first.upstream, options);
  const lanes: Lane[] = [];
  try {
    for (const subject of options.subjects) lanes.push(await startLane(subject, upstream, options));
    const results: MeasurementResult[] = [];
    for (const measurement of group) results.push(await measureAll(measurement, lanes, options));
    return results;
  } finally {
    for (const lane of lanes) await lane.running?.stop();
    await upstream.stop();
  }
}

function startUpstream(kind: UpstreamKind, { amounts, folder }: RunOptions): Promise<Upstream> {
  if (kind !== 'pages') return startProgramUpstream(kind);
  return startPages(folder.folder('pages'), [amounts.bulkBytes, amounts.stallBytes]);
}

async function startLane(
  subject: Subject,
  upstream: Upstream,
  { folder, onProgress }: RunOptions,
): Promise<Lane> {
  onProgress(`starting ${subject.name}`);
  const lane: Lane = { subject, running: undefined, failure: undefined };
  try {
    lane.running = await subject.start(upstream.port, folder.folder('subject'));
    await answering(lane.running);
  } catch (error) {
    lane.failure = reasonOf(error);
    await lane.running?.stop();
    lane.running = undefined;
  }
  return lane;
}

async function measureAll(
  measurement: Measurement,
  lanes: readonly Lane[],
  options: RunOptions,
): Promise<MeasurementResult> {
  const { amounts, onProgress } = options;
  const rows = lanes.map((lane) => ({ lane, samples: [] as Sample[], failure: lane.failure }));
  for (let round = 0; round <= amounts.rounds; round++) {
    // Forth and back, so that a machine that slows down does not favour whoever comes first.
    const order = round % 2 === 0 ? rows : [...rows].reverse();
    for (const row of order) {
      const { running, subject } = row.lane;
      if (running === undefined || row.failure !== undefined) continue;
      onProgress(`${measurement.name}: ${subject.name}, round ${round} of ${amounts.rounds}`);
      try {
        if (round === 0) await measurement.warm(running, amounts);
        else row.samples.push(await measurement.measure(running, amounts));
      } catch (error) {
        row.failure = reasonOf(error);
      }
    }
  }
  return resultOf(
    measurement,
    rows.map((row) =>
      subjectResult(row.lane.subject.name, measurement.figures, row.samples, row.failure),
    ),
  );
}

function reasonOf(error: unknown): string {
  return error instanceof Error ? error.message : String(error);
}
