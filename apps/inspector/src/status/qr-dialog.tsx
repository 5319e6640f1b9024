import { lazy, Suspense } from 'react';
import { Dialog } from '../ui/dialog.tsx';
import styles from './qr-dialog.module.css';

const QrCode = lazy(() => import('../list/qr-code.tsx').then((it) => ({ default: it.QrCode })));

interface QrDialogProps {
  readonly url: string;
  readonly onClose: () => void;
}

/** A public address for a telephone's camera. */
export function QrDialog({ url, onClose }: QrDialogProps) {
  return (
    <Dialog title="QR code" onClose={onClose}>
      <figure className={styles.figure}>
        <div className={styles.room}>
          <Suspense>
            <QrCode url={url} />
          </Suspense>
        </div>
        <figcaption className={styles.text}>{url}</figcaption>
      </figure>
    </Dialog>
  );
}
