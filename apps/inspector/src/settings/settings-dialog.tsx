import { ShortcutsSwitch } from '../commands/shortcuts-switch.tsx';
import { setPrefs, usePrefs } from '../prefs/prefs.ts';
import { Button } from '../ui/button.tsx';
import { Choice } from '../ui/choice.tsx';
import { Dialog } from '../ui/dialog.tsx';
import { say } from '../ui/toast.tsx';
import { CaptureSettings } from './capture-settings.tsx';
import { NotifySwitch } from './notify-switch.tsx';
import styles from './settings-dialog.module.css';

/** What a person can choose: of this browser, and of the program itself. */
export function SettingsDialog({ onClose }: { readonly onClose: () => void }) {
  return (
    <Dialog
      title="Settings"
      place="side"
      onClose={onClose}
      actions={
        <Button
          onClick={() => {
            setPrefs(usePrefs.getInitialState());
            say('The settings of this browser are as at first');
          }}
        >
          Reset this browser's settings
        </Button>
      }
    >
      <div className={styles.parts}>
        <section className={styles.part}>
          <h3>This browser</h3>
          <Looks />
          <ShortcutsSwitch />
          <NotifySwitch />
        </section>
        <section className={styles.part}>
          <h3>Capture</h3>
          <p className={styles.note}>For everybody who looks, until Sellia ends.</p>
          <CaptureSettings />
        </section>
      </div>
    </Dialog>
  );
}

function Looks() {
  const { theme, density, isUtc } = usePrefs();
  return (
    <>
      <Choice
        label="Theme"
        options={[
          { value: 'system', label: 'System' },
          { value: 'light', label: 'Light' },
          { value: 'dark', label: 'Dark' },
        ]}
        chosen={theme}
        onChoose={(chosen) => setPrefs({ theme: chosen })}
      />
      <Choice
        label="Density"
        options={[
          { value: 'compact', label: 'Compact' },
          { value: 'comfortable', label: 'Comfortable' },
        ]}
        chosen={density}
        onChoose={(chosen) => setPrefs({ density: chosen })}
      />
      <Choice
        label="Time zone"
        options={[
          { value: 'local', label: 'Local' },
          { value: 'utc', label: 'UTC' },
        ]}
        chosen={isUtc ? 'utc' : 'local'}
        onChoose={(chosen) => setPrefs({ isUtc: chosen === 'utc' })}
      />
    </>
  );
}
