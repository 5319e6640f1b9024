import type { HarExchange } from './har-exchange.ts';
import { importEntry } from './import-entry.ts';
import { ENTRIES_MAX, FILE_MAX, PROBLEMS_MAX } from './import-limits.ts';
import { hasRecord, isRecord, readList, readRecord, recordOf } from './json-record.ts';

/** What a file holds, for looking at. */
export interface ImportedHar {
  /** As they stand in the file; ids are `har-1`, `har-2`, … */
  readonly exchanges: HarExchange[];
  /** Sentences: what could not be read, at most `PROBLEMS_MAX`. */
  readonly problems: string[];
}

/**
 * Reads a HAR file, whoever wrote it. Never throws: what is missing or of a wrong type is taken for
 * empty, what is no exchange at all is left out and named. Sizes are bounded (`import-limits.ts`).
 */
export function importHar(text: string): ImportedHar {
  if (text.length > FILE_MAX) {
    return failed(`The file has ${text.length} characters; at most ${FILE_MAX} are read.`);
  }
  const parsed = parse(text.charCodeAt(0) === 0xfeff ? text.slice(1) : text);
  if (parsed === undefined) return failed('The file is not JSON.');
  const log = readRecord(recordOf(parsed), 'log');
  if (!Array.isArray(log.entries)) return failed('The file is no HAR: it has no log.entries.');
  const imported: ImportedHar = { exchanges: [], problems: [] };
  readList(log, 'entries', ENTRIES_MAX).forEach((entry, at) => {
    importInto(imported, entry, at + 1);
  });
  if (log.entries.length > ENTRIES_MAX) {
    imported.problems.push(
      `Only the first ${ENTRIES_MAX} of ${log.entries.length} entries are read.`,
    );
  }
  return imported;
}

function importInto({ exchanges, problems }: ImportedHar, entry: unknown, number: number): void {
  if (isRecord(entry) && hasRecord(entry, 'request')) exchanges.push(importEntry(entry, number));
  else if (problems.length < PROBLEMS_MAX - 1) problems.push(`Entry ${number} has no request.`);
}

function failed(problem: string): ImportedHar {
  return { exchanges: [], problems: [problem] };
}

function parse(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}
