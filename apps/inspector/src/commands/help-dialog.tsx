import { Dialog } from '../ui/dialog.tsx';
import { COMMANDS, type Command } from './command-table.ts';
import styles from './help-dialog.module.css';
import { isMac, keyText } from './key-text.ts';
import { ShortcutsSwitch } from './shortcuts-switch.tsx';

const GROUPS = ['List', 'Exchange', 'Page'] as const;

/** What each key does, as the table of commands has it. */
export function HelpDialog({ onClose }: { readonly onClose: () => void }) {
  return (
    <Dialog title="Keys" onClose={onClose} isWide actions={<ShortcutsSwitch />}>
      <div className={styles.groups}>
        {GROUPS.map((group) => (
          <section key={group}>
            <h3 className={styles.title}>{group}</h3>
            <dl className={styles.list}>
              {COMMANDS.filter((command) => command.group === group && command.keys.length > 0).map(
                (command) => (
                  <Line key={command.name} command={command} />
                ),
              )}
            </dl>
          </section>
        ))}
      </div>
    </Dialog>
  );
}

function Line({ command: { label, keys } }: { readonly command: Command }) {
  return (
    <div className={styles.line}>
      <dt>{label}</dt>
      <dd className={styles.keys}>
        {keys.map((key) => (
          <kbd key={key} className={styles.key}>
            {keyText(key, isMac())}
          </kbd>
        ))}
      </dd>
    </div>
  );
}
