import type { BodyFacts, ExchangeDetail, MessageDetail } from '../api/types.ts';
import { RawTab } from '../detail/raw-tab.tsx';
import type { SocketView } from './socket-view.ts';

/** The two heads as they travelled, and the body of a refusal. */
export function SocketRaw({ row, detail }: SocketView) {
  return <RawTab detail={row.status === 101 ? headsOf(detail) : detail} />;
}

const NO_BODY: Pick<BodyFacts, 'bytes' | 'keptBytes'> = { bytes: 0, keptBytes: 0 };

/** What comes behind a 101 is no body. */
function headsOf(detail: ExchangeDetail): ExchangeDetail {
  const head = (message: MessageDetail): MessageDetail => ({
    ...message,
    body: { ...message.body, ...NO_BODY },
  });
  return { ...detail, request: head(detail.request), response: head(detail.response) };
}
