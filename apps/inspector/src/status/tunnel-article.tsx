import { useId } from 'react';
import type { TunnelStatus } from '../api/types.ts';
import { Section } from '../ui/section.tsx';
import { visibleLine } from '../ui/visible-line.ts';
import { AddressActions } from './address-actions.tsx';
import styles from './card.module.css';
import { Figures } from './figures.tsx';
import { Outages } from './outages.tsx';
import { SessionFacts } from './session-facts.tsx';
import { TunnelPill } from './tunnel-pill.tsx';
import { UpstreamFacts } from './upstream-facts.tsx';

/** All that is known of one tunnel. */
export function TunnelArticle({ tunnel }: { readonly tunnel: TunnelStatus }) {
  const id = useId();
  const { name, url, reason } = tunnel;
  return (
    <article aria-labelledby={id} className={styles.card}>
      <header className={styles.head}>
        <h2 id={id}>{name}</h2>
        <TunnelPill tunnel={tunnel} />
        <span className={styles.address}>
          {url}
          <AddressActions url={url} />
        </span>
      </header>
      {reason === '' ? null : <p className={styles.reason}>{visibleLine(reason)}</p>}
      <Figures tunnel={tunnel} />
      <div className={styles.parts}>
        <Section title="Local server">
          <UpstreamFacts tunnel={tunnel} />
        </Section>
        <Section title="Connection to the relay">
          <SessionFacts tunnel={tunnel} />
        </Section>
      </div>
      <div className={styles.wide}>
        <Section title="Lost connections">
          <Outages tunnel={tunnel} />
        </Section>
      </div>
    </article>
  );
}
