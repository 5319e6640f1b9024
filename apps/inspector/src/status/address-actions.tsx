import { useState } from 'react';
import { Button } from '../ui/button.tsx';
import { CopyButton } from '../ui/copy-button.tsx';
import { Icon } from '../ui/icon.tsx';
import styles from './address-actions.module.css';
import { QrDialog } from './qr-dialog.tsx';

/** What can be done with a tunnel's public address: copy, open, show to a telephone. */
export function AddressActions({ url }: { readonly url: string }) {
  const [showsCode, setShowsCode] = useState(false);
  return (
    <span className={styles.actions}>
      <CopyButton text={url} what="the public URL" />
      <a
        className={styles.link}
        href={webUrl(url)}
        target="_blank"
        rel="noreferrer"
        aria-label="Open the public URL in a new tab"
        title="Open in a new tab"
      >
        <Icon name="open" />
      </a>
      <Button
        look="plain"
        isSquare
        aria-label="Show a QR code of the public URL"
        title="QR code"
        onClick={() => setShowsCode(true)}
      >
        <Icon name="qr" />
      </Button>
      {showsCode ? <QrDialog url={url} onClose={() => setShowsCode(false)} /> : null}
    </span>
  );
}

/** Only what a browser shows: an address with another scheme is no link. */
function webUrl(url: string): string | undefined {
  return /^https?:\/\//.test(url) ? url : undefined;
}
