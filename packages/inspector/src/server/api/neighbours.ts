import { z } from 'zod';
import type { Api, ApiParts } from './api.ts';

const neighbour = z.object({
  url: z.string().describe('Of its page, with its token.'),
  tunnels: z.array(z.object({ name: z.string(), url: z.string() }).readonly()).readonly(),
});

/** The other inspectors of the same user, so that one page leads to all of them. */
export function addNeighbours(app: Api, { neighbours }: ApiParts): void {
  const schema = {
    summary: 'Other inspectors that run for the same user on this machine.',
    response: { 200: z.object({ neighbours: z.array(neighbour.readonly()).readonly() }) },
  };
  app.get('/neighbours', { schema }, () => ({ neighbours: neighbours() }));
}
