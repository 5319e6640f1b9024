import { lazy, Suspense } from 'react';
import type { TunnelStatus } from '../api/types.ts';
import { toggleCapture, useIsCapturing } from '../shell/capture.ts';
import { useSession } from '../traffic/session.ts';
import { Button } from '../ui/button.tsx';
import { copyText } from '../ui/clipboard.ts';
import { StrongLink } from '../ui/strong-link.tsx';
import styles from './nothing-listed.module.css';

const QrCode = lazy(() => import('./qr-code.tsx').then(({ QrCode }) => ({ default: QrCode })));

/** Tunnels that are named here. */
const TUNNELS_MAX = 8;

/** Nothing came yet: how to send the first request. */
export function NoTraffic() {
  const tunnels = useSession(({ status }) => status?.tunnels) ?? [];
  const shown = tunnels.filter(isWeb).slice(0, TUNNELS_MAX);
  const [first] = shown;
  if (!useIsCapturing()) return <NothingTaken />;
  return (
    <div className={styles.empty}>
      <div className={styles.words}>
        <h2>No traffic yet</h2>
        {first === undefined ? (
          <p>There is no tunnel yet. As soon as there is one, its address is shown here.</p>
        ) : (
          <p>Whatever is sent to your public address appears here.</p>
        )}
        {shown.map((tunnel) => (
          <FirstRequest key={tunnel.name} tunnel={tunnel} />
        ))}
        {first === undefined ? null : (
          <Suspense fallback={<div className={styles.code} />}>
            <QrCode url={first.url} />
          </Suspense>
        )}
      </div>
    </div>
  );
}

function NothingTaken() {
  return (
    <div className={styles.empty}>
      <div className={styles.words}>
        <h2>Nothing is kept</h2>
        <p>Capture is off: whatever is sent to your public address goes through unseen.</p>
        <Button onClick={() => void toggleCapture()}>Begin capture</Button>
      </div>
    </div>
  );
}

function FirstRequest({ tunnel: { name, url } }: { readonly tunnel: TunnelStatus }) {
  const curl = `curl ${url}`;
  return (
    <div className={styles.tunnel}>
      <Line text={url} what="the public URL" label={`Copy the public URL of ${name}`} />
      <Line text={curl} what="the command" label={`Copy the command for ${name}`} />
      <StrongLink href={url} target="_blank" rel="noreferrer">
        Send a test request
      </StrongLink>
    </div>
  );
}

interface LineProps {
  readonly text: string;
  readonly what: string;
  readonly label: string;
}

function Line({ text, what, label }: LineProps) {
  return (
    <div className={styles.line}>
      <code>{text}</code>
      <Button aria-label={label} onClick={() => void copyText(text, what)}>
        Copy
      </Button>
    </div>
  );
}

/** Its URL becomes a link only when it is one, and of a form that a shell takes as it stands. */
function isWeb({ url }: TunnelStatus): boolean {
  return /^https?:\/\/[\w.:-]+\/?$/.test(url);
}
