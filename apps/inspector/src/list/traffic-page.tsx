import { lazy, Suspense, useEffect } from 'react';
import { FilterBar } from '../filter/filter-bar.tsx';
import { useFilterText } from '../prefs/address.ts';
import { setPrefs, usePrefs } from '../prefs/prefs.ts';
import { ViewBoundary } from '../shell/view-boundary.tsx';
import { trafficView } from '../traffic/use-traffic.ts';
import { Splitter } from '../ui/splitter.tsx';
import { DroppedNote } from './dropped-note.tsx';
import { ExchangeList } from './exchange-list.tsx';
import styles from './traffic-page.module.css';

const loadPanel = () => import('../detail/exchange-panel.tsx');
const ExchangePanel = lazy(() =>
  loadPanel().then(({ ExchangePanel }) => ({ default: ExchangePanel })),
);
/** Milliseconds until what is not needed for the list is loaded, so that it is there when it is. */
const LOAD_MS = 300;

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
  useEffect(() => {
    const timer = setTimeout(() => void loadPanel(), LOAD_MS);
    return () => clearTimeout(timer);
  }, []);
  const isOpen = id !== undefined;
  return (
    <main className={styles.page} data-open={isOpen}>
      <div id="list" className={styles.list} style={{ ['--split' as string]: `${split * 100}%` }}>
        <FilterBar />
        <ExchangeList selected={id} tab={tab} />
        <DroppedNote />
      </div>
      {isOpen ? (
        <>
          <Splitter share={split} onShare={(share) => setPrefs({ split: share })} controls="list" />
          <ViewBoundary key={id}>
            <Suspense>
              <ExchangePanel id={id} tab={tab} />
            </Suspense>
          </ViewBoundary>
        </>
      ) : null}
    </main>
  );
}
