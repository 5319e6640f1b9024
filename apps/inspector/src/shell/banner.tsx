import type { ReactNode } from 'react';
import { retryLink, useSession } from '../traffic/session.ts';
import { Button } from '../ui/button.tsx';
import type { Tone } from '../ui/pill.tsx';
import { visibleLine } from '../ui/visible-line.ts';
import styles from './banner.module.css';
import { toggleCapture } from './capture.ts';

/** What has to be known before anything below it is believed; one line for each thing. */
export function Banner() {
  const { link, status } = useSession();
  return (
    <>
      {link === 'lost' ? <Lost /> : null}
      {link === 'locked' && status !== undefined ? <Replaced /> : null}
      {link === 'live' ? <Troubles /> : null}
    </>
  );
}

function Lost() {
  return (
    <Line tone="bad" action={<Button onClick={retryLink}>Try now</Button>}>
      <strong>Sellia does not answer.</strong> It has probably been stopped. What is shown here is
      kept for reading; this page goes on trying.
    </Line>
  );
}

function Replaced() {
  return (
    <Line tone="bad">
      <strong>Sellia was started again.</strong> What is shown here is of the run before, for
      reading. Open the link that the new run has printed.
    </Line>
  );
}

function Troubles() {
  const status = useSession((session) => session.status);
  if (status === undefined) return null;
  const closed = status.tunnels.filter(({ state }) => state === 'closed');
  return (
    <>
      {status.capture.isPaused ? (
        <Line
          tone="warn"
          action={<Button onClick={() => void toggleCapture()}>Begin again</Button>}
        >
          <strong>Capture is off.</strong> Requests go through, and are not kept here.
        </Line>
      ) : null}
      {closed.map(({ name, reason }) => (
        <Line key={name} tone="bad">
          <strong>{name} is offline.</strong>{' '}
          {reason === '' ? 'It was closed.' : visibleLine(reason)}
        </Line>
      ))}
    </>
  );
}

interface LineProps {
  readonly tone: Tone;
  readonly children: ReactNode;
  readonly action?: ReactNode;
}

function Line({ tone, children, action }: LineProps) {
  return (
    <section aria-label="Notice" className={[styles.line, styles[tone]].join(' ')}>
      <p>{children}</p>
      {action}
    </section>
  );
}
