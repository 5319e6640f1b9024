import { useId } from 'react';
import { useSession } from '../traffic/session.ts';
import type { Draft } from './draft.ts';
import type { Problems } from './draft-sent.ts';
import styles from './edit-dialog.module.css';
import { Problem } from './problem.tsx';

const METHODS = ['GET', 'POST', 'PUT', 'PATCH', 'DELETE', 'HEAD', 'OPTIONS'];

interface LineFieldsProps {
  readonly draft: Draft;
  readonly problems: Problems;
  readonly onDraft: (draft: Draft) => void;
}

/** Where the request goes: method, path and query, tunnel. */
export function LineFields({ draft, problems, onDraft }: LineFieldsProps) {
  const id = useId();
  return (
    <div className={styles.line}>
      <label className={styles.method}>
        Method
        <input
          value={draft.method}
          list={`${id}-methods`}
          spellCheck={false}
          aria-invalid={problems.method !== undefined}
          aria-describedby={`${id}-method`}
          onChange={(event) => onDraft({ ...draft, method: event.target.value })}
        />
        <datalist id={`${id}-methods`}>
          {METHODS.map((method) => (
            <option key={method} value={method} />
          ))}
        </datalist>
      </label>
      <label className={styles.target}>
        Path and query
        <input
          data-first
          value={draft.target}
          spellCheck={false}
          aria-invalid={problems.target !== undefined}
          aria-describedby={`${id}-target`}
          onChange={(event) => onDraft({ ...draft, target: event.target.value })}
        />
      </label>
      <TunnelField draft={draft} onDraft={onDraft} />
      <Problem id={`${id}-method`} text={problems.method} />
      <Problem id={`${id}-target`} text={problems.target} />
    </div>
  );
}

/** Tunnels of this inspector; the original's, even if it is no more. */
function TunnelField({ draft, onDraft }: Pick<LineFieldsProps, 'draft' | 'onDraft'>) {
  const tunnels = useSession(({ status }) => status?.tunnels) ?? [];
  const isKnown = tunnels.some(({ name }) => name === draft.tunnel);
  return (
    <label className={styles.tunnel}>
      Tunnel
      <select
        value={draft.tunnel}
        onChange={(event) => onDraft({ ...draft, tunnel: event.target.value })}
      >
        {isKnown ? null : <option value={draft.tunnel}>{draft.tunnel}</option>}
        {tunnels.map(({ name, target }) => (
          <option key={name} value={name}>
            {name} → {target}
          </option>
        ))}
      </select>
    </label>
  );
}
