import { useId } from 'react';
import type { TunnelStatus } from '../api/types.ts';
import { AddressActions } from '../status/address-actions.tsx';
import { TunnelPill } from '../status/tunnel-pill.tsx';
import { worstOf } from '../status/tunnel-state.ts';
import { useIsOfBefore, useSession } from '../traffic/session.ts';
import { Button } from '../ui/button.tsx';
import { Icon } from '../ui/icon.tsx';
import { durationText } from '../ui/numbers.ts';
import { visibleLine } from '../ui/visible-line.ts';
import styles from './tunnel-bar.module.css';

/** The tunnels in a line: one is there whole, of several the one that is worst off stands for all. */
export function TunnelBar() {
  const tunnels = useSession(({ status }) => status?.tunnels) ?? [];
  const [only] = tunnels;
  return (
    // biome-ignore lint/a11y/useSemanticElements: no fields
    <div role="group" aria-label="Tunnels" className={styles.bar}>
      {tunnels.length === 1 && only !== undefined ? <TunnelLine tunnel={only} /> : null}
      {tunnels.length > 1 ? <Several tunnels={tunnels} /> : null}
    </div>
  );
}

function TunnelLine({ tunnel }: { readonly tunnel: TunnelStatus }) {
  const { url, roundTripMs, state, reason } = tunnel;
  const isOfBefore = useIsOfBefore();
  return (
    <div className={styles.line}>
      <TunnelPill tunnel={tunnel} />
      {state === 'public' && !isOfBefore ? (
        <span className={styles.trip} title="Round trip to the relay">
          {roundTripMs > 0 ? durationText(roundTripMs) : null}
        </span>
      ) : null}
      <span className={styles.address}>
        <span className={styles.url} title={url}>
          {url}
        </span>
        <AddressActions url={url} />
      </span>
      {reason === '' ? null : (
        <span className={styles.reason} title={visibleLine(reason)}>
          {visibleLine(reason)}
        </span>
      )}
    </div>
  );
}

function Several({ tunnels }: { readonly tunnels: readonly TunnelStatus[] }) {
  const id = useId();
  const worst = worstOf(tunnels);
  return (
    <>
      <Button look="plain" popoverTarget={id}>
        {worst === undefined ? null : <TunnelPill tunnel={worst} />}
        {tunnels.length} tunnels
        <Icon name="down" />
      </Button>
      <section id={id} popover="auto" aria-label="Tunnels" className={styles.several}>
        <ul>
          {tunnels.map((tunnel) => (
            <li key={tunnel.name}>
              <TunnelLine tunnel={tunnel} />
            </li>
          ))}
        </ul>
      </section>
    </>
  );
}
