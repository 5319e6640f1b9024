import type { ImportedHar } from '@sellia/inspector/browser';

/** Bytes of a file that are read: as many as the reader takes characters. */
const FILE_MAX = 64 * 1024 * 1024;

/** Reads a file that somebody chose. Never throws: `problems` says what is wrong. */
export async function readHar(file: File): Promise<ImportedHar> {
  if (file.size > FILE_MAX) return failed('The file is larger than 64 MiB, and is not read.');
  const text = await file.text().catch(() => undefined);
  if (text === undefined) return failed('This browser could not read the file.');
  const { importHar } = await import('@sellia/inspector/browser');
  return importHar(text);
}

function failed(problem: string): ImportedHar {
  return { exchanges: [], problems: [problem] };
}
