import { fileURLToPath } from 'node:url';
import { Child, type ChildOptions } from './child.ts';

/** Path of one of the small programs that run in a process of their own. */
export function programPath(name: string): string {
  return fileURLToPath(new URL(`./programs/${name}.ts`, import.meta.url));
}

/** Starts it with one JSON argument, on the Node that runs the benchmark. */
export function startProgram(name: string, settings: object, options: ChildOptions = {}): Child {
  const args = [programPath(name), JSON.stringify(settings)];
  return new Child(name, process.execPath, args, options);
}

/** Runs it to its end; resolves to the JSON that it printed. */
export async function runProgram<T>(name: string, settings: object, limitMs: number): Promise<T> {
  const child = startProgram(name, settings);
  const timer = setTimeout(() => child.kill(), limitMs);
  await child.exited;
  clearTimeout(timer);
  if (child.exitCode !== 0) throw new Error(`${name} failed: ${child.complaint}`);
  return JSON.parse(child.output) as T;
}
