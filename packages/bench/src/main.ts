/** `pnpm bench`: Sellia beside its peers on this machine, over loopback only. */
import { mkdirSync, writeFileSync } from 'node:fs';
import { cpus } from 'node:os';
import { dirname, resolve } from 'node:path';
import { fileURLToPath } from 'node:url';
import { fullAmounts, SMOKE_AMOUNTS } from './amounts.ts';
import { BenchFolder } from './bench-folder.ts';
import { stopAll } from './child.ts';
import { MEASUREMENTS } from './measurements/all.ts';
import { runMicro } from './micro.ts';
import { type Options, readOptions, USAGE } from './options.ts';
import { profileText } from './profile.ts';
import { type Report, reportText } from './report.ts';
import { run } from './run.ts';
import { select } from './selection.ts';
import { allSubjects } from './subjects/all.ts';
import type { Subject } from './subjects/subject.ts';
import { reportSvg } from './svg.ts';
import { judge } from './targets.ts';

const results = fileURLToPath(new URL('../results/', import.meta.url));

for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP'] as const) {
  process.once(signal, () => void stopAll().finally(() => process.exit(130)));
}

await main(process.argv.slice(2));

async function main(args: readonly string[]): Promise<void> {
  try {
    const options = readOptions(args);
    if (options === undefined) console.log(USAGE);
    else await bench(options);
  } catch (error) {
    console.error(`bench: ${error instanceof Error ? error.message : String(error)}`);
    process.exitCode = 1;
  }
}

async function bench(options: Options): Promise<void> {
  const startedAt = new Date().toISOString();
  const amounts = options.isSmoke ? SMOKE_AMOUNTS : fullAmounts(options.rounds);
  const profile = options.profile === undefined ? {} : { profileFolder: resolve(options.profile) };
  const selection = select(options.only, MEASUREMENTS, allSubjects(profile));
  const { measurements } = selection;
  const { subjects, leftOut } = await present(measurements.length > 0 ? selection.subjects : []);
  const micro = selection.micro ? await runMicro(amounts.microMs) : [];
  const folder = new BenchFolder();
  const measured = await run({ subjects, measurements, amounts, folder, onProgress: progress });
  progress('');
  const report: Report = {
    startedAt,
    node: process.versions.node,
    cpu: cpus()[0]?.model ?? 'unknown CPU',
    cores: cpus().length,
    isSmoke: options.isSmoke,
    rounds: amounts.rounds,
    leftOut,
    measurements: measured,
    micro,
    goals: judge(measured).filter(({ verdict }) => verdict !== 'not measured'),
  };
  console.log(reportText(report));
  write(options.json ?? resolve(results, 'bench.json'), `${JSON.stringify(report, null, 2)}\n`);
  write(options.svg ?? resolve(results, 'bench.svg'), reportSvg(report));
  if (options.profile !== undefined) console.log(profileText(options.profile));
}

async function present(all: readonly Subject[]) {
  const reasons = await Promise.all(all.map((subject) => subject.missing()));
  const leftOut = all.flatMap(({ name: subject }, i) => {
    const why = reasons[i];
    return why === undefined ? [] : [{ subject, why }];
  });
  return { subjects: all.filter((_, i) => reasons[i] === undefined), leftOut };
}

function write(file: string, text: string): void {
  mkdirSync(dirname(resolve(file)), { recursive: true });
  writeFileSync(file, text);
  console.log(`written: ${file}`);
}

/** One line that replaces itself; nothing off a terminal. */
function progress(line: string): void {
  if (process.stderr.isTTY) process.stderr.write(`\r\x1b[K${line}`);
}
