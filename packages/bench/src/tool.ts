import { accessSync, constants } from 'node:fs';
import { delimiter, join } from 'node:path';

/** Debian keeps servers where an ordinary user's PATH does not look. */
const SERVER_FOLDERS = ['/usr/sbin', '/usr/local/sbin'];

/** Full path of an installed program, undefined when there is none. */
export function findTool(name: string): string | undefined {
  const folders = [...(process.env.PATH ?? '').split(delimiter), ...SERVER_FOLDERS];
  return folders.map((folder) => join(folder, name)).find(isProgram);
}

/** Why a subject that needs these programs is left out; undefined when all are there. */
export function missingTools(...names: string[]): string | undefined {
  const missing = names.filter((name) => findTool(name) === undefined);
  return missing.length === 0 ? undefined : `${missing.join(', ')} not on PATH`;
}

function isProgram(path: string): boolean {
  try {
    accessSync(path, constants.X_OK);
    return true;
  } catch {
    return false;
  }
}
