import { BodyView } from '../body/body-view.tsx';
import type { SocketView } from './socket-view.ts';

/** What came with a refusal; nothing where the upgrade was accepted. */
export function RejectionBody({ row, detail }: SocketView) {
  if (row.state !== 'rejected') return null;
  const { body, headers } = detail.response;
  return (
    <BodyView id={row.id} direction="response" facts={body} headers={headers} state={row.state} />
  );
}
