import type { Status } from '../api/types.ts';
import { toggleCapture } from '../shell/capture.ts';
import { Button } from '../ui/button.tsx';
import { openDialog } from '../ui/dialogs.ts';
import { Fact, Facts } from '../ui/facts.tsx';
import { bytesText, countText } from '../ui/numbers.ts';
import { Section } from '../ui/section.tsx';
import styles from './card.module.css';
import { Configuration } from './configuration.tsx';
import kept from './kept-section.module.css';

/** What the inspector keeps of all tunnels, and how much room is left. */
export function KeptSection({ status: { capture, version } }: { readonly status: Status }) {
  const { exchanges, heldBytes, maxBytes, droppedCount, isPaused } = capture;
  const room = `${bytesText(heldBytes)} of ${bytesText(maxBytes)}`;
  return (
    <article aria-labelledby="kept" className={styles.card}>
      <header className={styles.head}>
        <h2 id="kept">This inspector</h2>
        <Button onClick={() => void toggleCapture()}>
          {isPaused ? 'Begin capture' : 'Stop capture'}
        </Button>
        <Button onClick={() => openDialog('settings')}>Settings</Button>
      </header>
      <Section title="What is kept">
        <Facts>
          <Fact name="Capture">{isPaused ? 'off' : 'on'}</Fact>
          <Fact name="Exchanges">{countText(exchanges)}</Fact>
          <Fact name="Memory">
            <span className={kept.room}>
              {room}
              <meter
                aria-label={`Memory in use: ${room}`}
                className={kept.meter}
                min={0}
                max={maxBytes}
                value={heldBytes}
              />
            </span>
          </Fact>
          <Fact name="Dropped">
            {droppedCount === 0
              ? 'none'
              : `${countText(droppedCount)}, the oldest, to make room for later ones`}
          </Fact>
          <Fact name="Version">{version}</Fact>
        </Facts>
      </Section>
      <Configuration />
    </article>
  );
}
