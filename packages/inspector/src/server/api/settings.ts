import { z } from 'zod';
import type { SettingValues } from '../settings.ts';
import type { Api, ApiParts } from './api.ts';
import { level } from './socket-shapes.ts';

const NAMES_MAX = 100;
const NAME_MAX = 100;
/** A quarter of the usual memory, so that a few such bodies leave room for others. */
const BODY_MAX = 16 * 1024 * 1024;

const settings = z.object({
  redact: z
    .array(z.string().trim().min(1).max(NAME_MAX))
    .max(NAMES_MAX)
    .readonly()
    .describe('Names of headers, parameters and fields that exports mask beside the known ones.'),
  bodyBytes: z.number().int().min(0).max(BODY_MAX).describe('Kept of each body from now on.'),
  socketLevel: level.describe('Kept of each WebSocket that opens from now on.'),
});

/** What a person can set, until the program ends. */
export function addSettings(app: Api, { settings: kept }: ApiParts): void {
  const get = { summary: 'What can be set.', response: { 200: settings } };
  app.get('/settings', { schema: get }, () => kept.values);
  const patch = {
    summary: 'Set what is named; the program forgets it when it ends.',
    body: settings.partial(),
    response: { 200: settings },
  };
  app.patch('/settings', { schema: patch }, ({ body }) => {
    kept.change(body as Partial<SettingValues>);
    return kept.values;
  });
}
