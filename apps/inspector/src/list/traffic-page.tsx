import { useEffect } from 'react';
import { ExchangePanel } from '../detail/exchange-panel.tsx';
import { FilterBar } from '../filter/filter-bar.tsx';
import { useFilterText } from '../prefs/address.ts';
import { setPrefs, usePrefs } from '../prefs/prefs.ts';
import { trafficView } from '../traffic/use-traffic.ts';
import { Splitter } from '../ui/splitter.tsx';
import { ExchangeList } from './exchange-list.tsx';
import { ListNotices } from './list-notices.tsx';
import styles from './traffic-page.module.css';

interface TrafficPageProps {
  /** Of the exchange that is shown beside the list. */
  readonly id: string | undefined;
  readonly tab: string | undefined;
}

/** The list, and beside it, or below it, the exchange that was chosen. */
export function TrafficPage({ id, tab }: TrafficPageProps) {
  const [filter] = useFilterText();
  const split = usePrefs((prefs) => prefs.split);
  useEffect(() => trafficView.filterBy(filter), [filter]);
  const isOpen = id !== undefined;
  return (
    <main className={styles.page} data-open={isOpen}>
      <div id="list" className={styles.list} style={{ ['--split' as string]: `${split * 100}%` }}>
        <FilterBar />
        <ListNotices />
        <ExchangeList selected={id} tab={tab} />
      </div>
      {isOpen ? (
        <>
          <Splitter share={split} onShare={(share) => setPrefs({ split: share })} controls="list" />
          <ExchangePanel key={id} id={id} tab={tab} />
        </>
      ) : null}
    </main>
  );
}
