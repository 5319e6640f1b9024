import { useState } from 'react';
import { useLocation } from 'wouter';
import { harUrl } from '../api/api.ts';
import { useFilterText } from '../prefs/address.ts';
import { traffic } from '../traffic/session.ts';
import { useView } from '../traffic/use-traffic.ts';
import { Button } from '../ui/button.tsx';
import { Check } from '../ui/check.tsx';
import { Choice } from '../ui/choice.tsx';
import { Dialog } from '../ui/dialog.tsx';
import { countText } from '../ui/numbers.ts';
import { StrongLink } from '../ui/strong-link.tsx';
import styles from './export-dialog.module.css';

/** Exchanges of one file; the server's own bound. */
const EXPORTED_MAX = 1_000;

type Scope = 'all' | 'filtered' | 'selected';

/** Saves exchanges as a HAR file, by a plain download: nothing of it passes through the page. */
export function ExportDialog({ onClose }: { readonly onClose: () => void }) {
  const [filter] = useFilterText();
  const selected = useSelected();
  const { rows } = useView();
  const all = traffic.traffic().rows.length;
  const [scope, setScope] = useState<Scope>(filter === '' ? 'all' : 'filtered');
  const [keepsSecrets, setKeepsSecrets] = useState(false);
  const counts = { all, filtered: rows.length, selected: 1 };
  const count = Math.min(counts[scope], EXPORTED_MAX);
  const url = {
    all: () => harUrl('', keepsSecrets),
    filtered: () => harUrl(filter, keepsSecrets),
    selected: () => harUrl('', keepsSecrets, selected),
  }[scope]();
  return (
    <Dialog
      title="Export as HAR"
      onClose={onClose}
      actions={
        <>
          <Button onClick={onClose}>Cancel</Button>
          {count === 0 ? null : (
            <StrongLink href={url} download="sellia.har" onClick={onClose}>
              {count === 1 ? 'Save 1 exchange' : `Save ${countText(count)} exchanges`}
            </StrongLink>
          )}
        </>
      }
    >
      <div className={styles.content}>
        <Choice
          label="Which"
          options={optionsOf(counts, filter, selected)}
          chosen={scope}
          onChoose={setScope}
        />
        {counts[scope] > EXPORTED_MAX ? (
          <p>A file holds at most {countText(EXPORTED_MAX)}: the newest of them are saved.</p>
        ) : null}
        {count === 0 ? <p>There is nothing to save.</p> : null}
        <Check
          label="Keep secrets"
          note="Otherwise passwords, tokens, cookies and API keys are replaced by ***."
          isChecked={keepsSecrets}
          onChange={setKeepsSecrets}
        />
        {keepsSecrets ? (
          <p role="alert" className={styles.warning}>
            <strong>Whoever gets this file can use what is in it:</strong> cookies log in, tokens
            and keys open accounts. Hand it to nobody whom you would not give your password.
          </p>
        ) : null}
      </div>
    </Dialog>
  );
}

function optionsOf(counts: Record<Scope, number>, filter: string, selected: string | undefined) {
  return [
    { value: 'all', label: `All (${countText(counts.all)})` } as const,
    ...(filter === ''
      ? []
      : [{ value: 'filtered', label: `Filtered (${countText(counts.filtered)})` } as const]),
    ...(selected === undefined ? [] : [{ value: 'selected', label: 'This one' } as const]),
  ];
}

/** Of the exchange that is open beside the list. */
function useSelected(): string | undefined {
  const [path] = useLocation();
  return /^\/r\/([^/]+)/.exec(path)?.[1];
}
