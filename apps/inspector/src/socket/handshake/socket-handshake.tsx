import { HeaderList } from '../../detail/header-list.tsx';
import { Section } from '../../ui/section.tsx';
import { RejectionBody } from '../rejection-body.tsx';
import type { SocketView } from '../socket-view.ts';
import { Agreement, oddities } from './agreement.tsx';
import { OddList } from './odd-list.tsx';

/** The two heads of the upgrade, and what they agreed on. */
export function SocketHandshakeTab(view: SocketView) {
  const { row, detail } = view;
  const odd = row.kind === 'websocket' ? oddities(view) : [];
  return (
    <>
      {row.kind === 'websocket' ? (
        <Section title={row.status === 101 ? 'Agreed' : 'Offered'}>
          <Agreement {...view} />
        </Section>
      ) : null}
      {odd.length === 0 ? null : (
        <Section title="Odd">
          <OddList sentences={odd} />
        </Section>
      )}
      <HeaderList title="Request headers" lines={detail.request.headers} />
      {row.status === 0 ? null : (
        <HeaderList title={`Response headers of ${row.status}`} lines={detail.response.headers} />
      )}
      <RejectionBody {...view} />
    </>
  );
}
