import { headerText } from '@sellia/inspector/browser';
import type { ExchangeDetail } from '../api/types.ts';
import { usePrefs } from '../prefs/prefs.ts';
import { maskTarget } from '../settings/masking.ts';
import { useSession } from '../traffic/session.ts';
import { Fact, Facts } from '../ui/facts.tsx';
import { bytesText, dateTimeText, durationText } from '../ui/numbers.ts';
import { Section } from '../ui/section.tsx';
import { CapturedText } from './captured-text.tsx';
import { publicUrl } from './exchange-url.ts';
import { FailureCard } from './failure-card.tsx';
import { Secret } from './secret.tsx';
import { answererOf, STATE_WORDS } from './state-words.ts';

/** What there is to know of an exchange at a glance. */
export function OverviewTab({ detail }: { readonly detail: ExchangeDetail }) {
  const { row } = detail;
  return (
    <>
      {row.failure === undefined ? null : <FailureCard failure={row.failure} />}
      <Route detail={detail} />
      <Section title="Answer">
        <Facts>
          <Fact name="State">{STATE_WORDS[row.state]}</Fact>
          <Fact name="Answered by">{answererOf(detail)}</Fact>
          <Fact name="Request">{contentText(row.requestBytes, row.requestType)}</Fact>
          <Fact name="Response">{contentText(row.responseBytes, row.responseType)}</Fact>
          <Fact name="Kept in part">
            {row.isTruncated ? 'Yes; what is missing cannot be seen here' : null}
          </Fact>
        </Facts>
      </Section>
      <When detail={detail} />
    </>
  );
}

function Route({ detail }: { readonly detail: ExchangeDetail }) {
  const { row, request, tlsVersion } = detail;
  const target = useSession(({ status }) => status?.tunnels.find(isOf(row.tunnel))?.target);
  const forwarded = headerText(request.headers, 'x-forwarded-for');
  const url = publicUrl(row);
  return (
    <Section title="Route">
      <Facts>
        <Fact name="Public URL">
          <Secret text={url} masked={maskTarget(url)} name="the URL" most={500} />
        </Fact>
        <Fact name="Tunnel">
          {row.tunnel}
          {target === undefined ? '' : ` → ${target}`}
        </Fact>
        <Fact name="Visitor">{visitorText(detail)}</Fact>
        <Fact name="X-Forwarded-For">
          {forwarded === '' ? null : <CapturedText text={forwarded} most={200} />}
        </Fact>
        <Fact name="Connection">
          {tlsVersion === '' ? row.scheme : `${row.scheme}, ${tlsVersion}`}
        </Fact>
      </Facts>
    </Section>
  );
}

function When({ detail }: { readonly detail: ExchangeDetail }) {
  const isUtc = usePrefs((prefs) => prefs.isUtc);
  const { row, requestId } = detail;
  return (
    <Section title="Time">
      <Facts>
        <Fact name="Begun">{dateTimeText(row.startedAt, isUtc)}</Fact>
        <Fact name="First byte after">
          {row.firstByteMs < 0 ? null : durationText(row.firstByteMs)}
        </Fact>
        <Fact name="Took">
          {row.durationMs < 0 ? 'Not over yet' : durationText(row.durationMs)}
        </Fact>
        <Fact name="Request id">{requestId === '' ? null : <code>{requestId}</code>}</Fact>
        <Fact name="Id in the inspector">
          <code>{row.id}</code>
        </Fact>
      </Facts>
    </Section>
  );
}

function isOf(name: string): (tunnel: { readonly name: string }) => boolean {
  return (tunnel) => tunnel.name === name;
}

function visitorText({ row }: ExchangeDetail): string {
  if (row.replayOf !== '') return 'You, from this inspector';
  return row.visitor === '' ? 'Not told' : row.visitor;
}

function contentText(bytes: number, type: string): string {
  const size = bytes === 0 ? 'No body' : bytesText(bytes);
  return type === '' ? size : `${size}, ${type}`;
}
