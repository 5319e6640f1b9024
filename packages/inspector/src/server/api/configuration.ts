import { z } from 'zod';
import type { Api, ApiParts } from './api.ts';

const line = z.object({
  name: z.string(),
  value: z.string().describe('Without secrets.'),
  source: z.string().describe('Where it was set; empty for a default.'),
});

/** How the program was told to run; the same until it ends. */
export function addConfiguration(app: Api, { configuration }: ApiParts): void {
  const schema = {
    summary: 'Settings of the program, and where each was made; secrets are masked.',
    response: { 200: z.object({ configuration: z.array(line.readonly()).readonly() }) },
  };
  app.get('/configuration', { schema }, () => ({ configuration }));
}
