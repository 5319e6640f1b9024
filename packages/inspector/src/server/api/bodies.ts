import { z } from 'zod';
import { decodeBody } from '../../body/decoding/decode-body.ts';
import { headerText } from '../../exchange/header-lines.ts';
import type { Api, ApiParts } from './api.ts';
import { failure } from './shapes.ts';

const params = z.object({ id: z.string().max(64), side: z.enum(['request', 'response']) });
const querystring = z.object({
  decoded: z
    .enum(['true', 'false'])
    .default('false')
    .describe('With its Content-Encoding undone; `x-sellia-body` says how far that came.'),
});

/**
 * What was kept of a body, as bytes. A visitor wrote them: whatever they are, a browser saves them
 * and neither shows nor runs them.
 */
export function addBodies(app: Api, { store }: ApiParts): void {
  const schema = {
    summary: 'What was kept of a body.',
    params,
    querystring,
    response: { 404: failure },
  };
  app.get('/exchanges/:id/:side/body', { schema }, async (request, reply) => {
    const { id, side } = request.params;
    const record = store.get(id);
    if (record === undefined) return reply.code(404).send({ error: 'unknown' });
    const { body, headers } = record[side];
    const isCut = body.isTruncated;
    const encoding =
      request.query.decoded === 'true' ? headerText(headers, 'content-encoding') : '';
    const { bytes, state, note } = await decodeBody(body.kept, encoding, { isCut });
    return reply
      .header('content-type', 'application/octet-stream')
      .header('content-disposition', `attachment; filename="${id}-${side}.bin"`)
      .header('content-security-policy', "sandbox; default-src 'none'")
      .header('x-sellia-body', state)
      .header('x-sellia-note', encodeURIComponent(note))
      .send(Buffer.from(bytes) as never);
  });
}
