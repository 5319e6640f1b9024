import type { ExchangeDetail } from '@sellia/inspector/browser';
import {
  asciiJson,
  ExitCode,
  type Failure,
  programFailure,
  Styled,
  usageFailure,
} from '@sellia/terminal';
import type { FoundInspector } from '../inspectors/find-inspectors.ts';
import type { InspectorClient } from '../inspectors/inspector-client.ts';
import { exchangePage } from '../output/exchange-page.ts';
import { answered, inspectorsFor, type QueryContext, type QueryFlags } from './query.ts';

export interface RequestFlags extends QueryFlags {
  /** The request's bytes and nothing else ... */
  readonly raw?: boolean;
  /** ... or the response's. */
  readonly response?: boolean;
}

export interface FoundExchange {
  readonly client: InspectorClient;
  readonly detail: ExchangeDetail;
}

/** `sellia request`: one exchange, whole. */
export function runRequest(
  id: string,
  flags: RequestFlags,
  context: QueryContext,
): Promise<ExitCode> {
  return answered(context, async () => {
    const { results, palette } = context;
    if (flags.raw && context.columns !== undefined) throw terminalRefused();
    const { client, detail } = await findExchange(id, await inspectorsFor(flags, context));
    if (flags.raw) {
      await results.write(await client.raw(id, flags.response ? 'response' : 'request'));
    } else if (flags.json) {
      await results.print(new Styled(asciiJson(JSON.stringify(detail))));
    } else {
      const [request, response] = await Promise.all([
        client.body(id, 'request'),
        client.body(id, 'response'),
      ]);
      await results.print(...exchangePage(detail, { request, response }, palette));
    }
    return ExitCode.OK;
  });
}

/** Throws a Failure when no inspector has it. */
export async function findExchange(
  id: string,
  inspectors: readonly FoundInspector[],
): Promise<FoundExchange> {
  const found = await Promise.all(
    inspectors.map(async ({ client }) => ({ client, detail: await client.exchange(id) })),
  );
  for (const { client, detail } of found) if (detail !== undefined) return { client, detail };
  throw programFailure('SELLIA_NO_EXCHANGE', `there is no exchange "${id}", or it was dropped`, [
    'sellia requests lists what there is',
  ]);
}

/** A visitor wrote these bytes, and a terminal would obey them. */
function terminalRefused(): Failure {
  const message = 'raw bytes are not written to a terminal; send them to a file or a program';
  return usageFailure(new Error(message), 'sellia help request');
}
