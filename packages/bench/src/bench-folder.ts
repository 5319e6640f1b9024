import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

/** A temporary folder that is gone when the benchmark is. */
export class BenchFolder {
  readonly path = mkdtempSync(join(tmpdir(), 'sellia-bench-'));
  #last = 0;

  constructor() {
    process.on('exit', () => rmSync(this.path, { recursive: true, force: true }));
  }

  /** A fresh folder inside. */
  folder(name: string): string {
    const path = join(this.path, `${name}-${++this.#last}`);
    mkdirSync(path, { recursive: true });
    return path;
  }
}

/** Writes a file that only this user may read (keys must be so). Returns its path. */
export function writeFile(folder: string, name: string, text: string): string {
  const path = join(folder, name);
  writeFileSync(path, text, { mode: 0o600 });
  return path;
}
