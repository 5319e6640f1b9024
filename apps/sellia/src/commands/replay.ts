import { readFileSync, statSync } from 'node:fs';
import { setTimeout as sleep } from 'node:timers/promises';
import type { ExchangeRow, HeaderLines } from '@sellia/inspector/browser';
import {
  asciiJson,
  durationText,
  ExitCode,
  programFailure,
  Styled,
  styled,
} from '@sellia/terminal';
import type { ReplayRequest } from '../inspectors/inspector-answers.ts';
import type { InspectorClient } from '../inspectors/inspector-client.ts';
import { exchangeLine } from '../output/exchange-line.ts';
import { answered, inspectorsFor, type QueryContext, type QueryFlags } from './query.ts';
import { findExchange } from './request.ts';

export interface ReplayFlags extends QueryFlags {
  readonly method?: string;
  readonly path?: string;
  /** `Name: value` to set, `Name:` to leave out. */
  readonly header?: readonly string[];
  /** Text, or `@file`. */
  readonly body?: string;
  readonly tunnel?: string;
  /** Milliseconds. */
  readonly timeout: number;
}

/** How often is looked. */
const LOOK_MS = 100;
/** Bytes: as text for the inspector they grow by a third, and it takes 4 MiB. */
const BODY_MAX = 3 * 1024 * 1024 - 64 * 1024;
/** From here on the local server says that it has failed. */
const FAILED = 500;

/** `sellia replay`: sends an exchange again and waits for its end. */
export function runReplay(
  id: string,
  flags: ReplayFlags,
  context: QueryContext,
): Promise<ExitCode> {
  return answered(context, async () => {
    const { client, detail } = await findExchange(id, await inspectorsFor(flags, context));
    const newId = await client.replay(id, editOf(flags, detail.request.headers));
    const row = await rowAtEnd(client, newId, flags.timeout, context);
    const { results, palette, columns, notes, notesPalette } = context;
    await results.print(
      flags.json
        ? new Styled(asciiJson(JSON.stringify({ inspector: client.url, ...row })))
        : exchangeLine(row, { palette, columns, hasTunnel: false }),
    );
    if (row.durationMs < 0) {
      const waited = durationText(flags.timeout);
      const warning = notesPalette.yellow('warning');
      notes.print(styled`${warning}: it has not ended within ${waited}; it goes on`);
    }
    const isAnswered = row.status > 0 && row.status < FAILED && row.failure === undefined;
    return isAnswered ? ExitCode.OK : ExitCode.REPLAY;
  });
}

async function rowAtEnd(
  client: InspectorClient,
  id: string,
  waitMs: number,
  { ending }: QueryContext,
): Promise<ExchangeRow> {
  const until = performance.now() + waitMs;
  for (;;) {
    const detail = await client.exchange(id);
    if (detail === undefined) {
      throw programFailure('SELLIA_NO_EXCHANGE', `${id} was sent, and dropped meanwhile`, []);
    }
    if (detail.row.durationMs >= 0 || performance.now() > until) return detail.row;
    await sleep(LOOK_MS, undefined, { signal: ending.asked });
  }
}

function editOf(flags: ReplayFlags, original: HeaderLines): ReplayRequest {
  const { method, path: target, header, body, tunnel } = flags;
  return {
    ...(method === undefined ? {} : { method }),
    ...(target === undefined ? {} : { target }),
    ...(tunnel === undefined ? {} : { tunnel }),
    ...(header === undefined && body === undefined ? {} : { headers: edited(original, flags) }),
    ...(body === undefined ? {} : { bodyBase64: bodyOf(body).toString('base64') }),
  };
}

/** A header that is named takes the place of all of that name. A new body is not encoded as the old one was. */
function edited(original: HeaderLines, { header = [], body }: ReplayFlags): string[] {
  const changes = header.map(readHeader);
  const gone = new Set(changes.map(({ name }) => name.toLowerCase()));
  if (body !== undefined) gone.add('content-encoding');
  const kept = original.filter((_, i) => !gone.has(original[i - (i % 2)]?.toLowerCase() ?? ''));
  const added = changes.filter(({ value }) => value !== '');
  return [...kept, ...added.flatMap(({ name, value }) => [name, value])];
}

function readHeader(line: string): { name: string; value: string } {
  const colon = line.indexOf(':');
  if (colon < 1) {
    const hints = ["for example --header 'Accept: text/html', or 'Accept:' to leave it out"];
    throw programFailure('SELLIA_USAGE', `--header: "${line}" is no header`, hints);
  }
  return { name: line.slice(0, colon).trim(), value: line.slice(colon + 1).trim() };
}

function bodyOf(text: string): Buffer {
  const bytes = text.startsWith('@') ? fileBytes(text.slice(1)) : Buffer.from(text);
  if (bytes.length <= BODY_MAX) return bytes;
  throw programFailure('SELLIA_USAGE', `--body: more than ${BODY_MAX} bytes are not sent`, []);
}

function fileBytes(path: string): Buffer {
  try {
    // A larger one is refused behind this, and not read.
    if (statSync(path).size > BODY_MAX) return Buffer.alloc(BODY_MAX + 1);
    return readFileSync(path);
  } catch (error) {
    throw programFailure('SELLIA_FILE_FAILED', `--body: ${(error as Error).message}`, []);
  }
}
