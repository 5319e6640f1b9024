import { z } from 'zod';
import { parseFilter } from '../../filter/index.ts';
import { type NeighbourAnswer, NeighbourRows } from '../neighbour-rows.ts';
import type { Api, ApiParts } from './api.ts';
import { wanted } from './exchanges.ts';
import { search } from './search.ts';
import { problem, row } from './shapes.ts';

const inspector = z.object({
  url: z.string().describe('Origin of its page.'),
  link: z.string().describe('To this exchange there, with its token.'),
});
const joinedRow = row.extend({
  inspector: inspector.readonly().optional().describe('Whose row it is; absent for own ones.'),
});
const joined = z.object({
  exchanges: z.array(joinedRow.readonly()),
  answered: z.array(z.string()).describe('Other inspectors that were asked, by origin.'),
  silent: z
    .array(z.string())
    .describe('... that gave no answer in time, or are not of this machine.'),
  problems: z.array(problem).describe('What of the filter was not understood, and ignored.'),
});

/** Rows of all inspectors of this user, so that there is one list of all programs. */
export function addJoined(app: Api, { store, neighbours }: ApiParts): void {
  const others = new NeighbourRows();
  app.addHook('preClose', async () => others.close());
  const schema = {
    summary: 'What matches a filter here and in all other inspectors, the newest first.',
    querystring: wanted,
    response: { 200: joined },
  };
  app.get('/joined', { schema }, async ({ query }) => {
    const parsed = parseFilter(query.filter);
    const [own, answers] = await Promise.all([
      search(store, { parsed, limit: query.limit, before: undefined }),
      // Their own rows alone: nobody asks around in a circle.
      others.ask(neighbours(), query),
    ]);
    const rows = [...own.records.map((record) => record.row), ...answers.flatMap(rowsOf)];
    const exchanges = rows.sort((a, b) => b.startedAt - a.startedAt).slice(0, query.limit);
    const origins = (isSilent: boolean): string[] =>
      answers.filter((one) => isSilent === (one.rows === undefined)).map(({ origin }) => origin);
    return {
      exchanges,
      answered: origins(false),
      silent: origins(true),
      problems: [...parsed.problems],
    };
  });
}

function rowsOf({ origin, token, rows = [] }: NeighbourAnswer): z.output<typeof joinedRow>[] {
  const query = new URLSearchParams({ token });
  return rows.map((each) => {
    const link = `${origin}/r/${encodeURIComponent(each.id)}?${query}`;
    return { ...each, inspector: { url: origin, link } };
  });
}
