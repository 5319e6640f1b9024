import { formFields } from '@sellia/inspector/bodies';
import { documentOf, graphqlOf } from './graphql.ts';
import { jsonError, prettyText } from './json.ts';
import { keptEvents, keptLines } from './kept-events.ts';
import { shownText } from './shown-text.ts';
import { base64Of, jsonOf, textOf } from './text.ts';

/** What may take longer than a frame, and so is done beside the page. All of it is pure. */
export const JOBS = {
  text: textOf,
  json: jsonOf,
  base64: base64Of,
  events: keptEvents,
  lines: keptLines,
  form: formFields,
  graphql: graphqlOf,
  document: documentOf,
  shown: (text: string) => shownText(text),
  jsonError,
  pretty: prettyText,
};

export type JobName = keyof typeof JOBS;
export type JobInput<Name extends JobName> = Parameters<(typeof JOBS)[Name]>[0];
export type JobResult<Name extends JobName> = ReturnType<(typeof JOBS)[Name]>;

/** To the worker, and back. */
export interface JobOrder {
  readonly number: number;
  readonly name: JobName;
  readonly input: unknown;
}

export interface JobAnswer {
  readonly number: number;
  readonly result?: unknown;
  /** In words, if it failed. */
  readonly failure?: string;
}
