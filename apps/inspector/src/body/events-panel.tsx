import { useDeferredValue, useId, useMemo, useState } from 'react';
import { read } from '../api/api.ts';
import type { ExchangeRow } from '../api/types.ts';
import { useReading } from '../detail/use-detail.ts';
import { useRow } from '../traffic/use-traffic.ts';
import { bytesText, countText } from '../ui/numbers.ts';
import { Pill } from '../ui/pill.tsx';
import { EventLog } from './event-log.ts';
import styles from './events-panel.module.css';
import type { EventsViewProps } from './events-view.tsx';
import { Notes } from './notes.tsx';
import type { ShownEvent } from './shape/kept-events.ts';
import { shownEvent, type ToldEvents } from './told-events.ts';
import { EventList } from './views/event-list.tsx';

/** Events as they come; one stays at the end, or where one has scrolled to. */
export function EventsPanel({ id, row: given }: EventsViewProps) {
  const row = useRow(id) ?? given;
  const [log] = useState(() => new EventLog());
  const [filter, setFilter] = useState('');
  const sought = useDeferredValue(filter.trim().toLowerCase());
  const inputId = useId();
  const { value, failure } = useReading(`${row.responseBytes} ${row.state}`, async (signal) => {
    const path = `/exchanges/${encodeURIComponent(id)}/events?after=${log.newest}`;
    const told = await read<ToldEvents>(path, signal);
    log.add(told.events.map(shownEvent));
    return { told, events: log.events, missing: log.missing };
  });
  const events = value?.events ?? log.events;
  const shown = useMemo(() => events.filter((event) => holds(event, sought)), [events, sought]);
  const what = value?.told.kind === 'lines' ? 'lines' : 'events';
  const isOpen = row.state === 'streaming' || row.state === 'pending';
  return (
    <div className={styles.panel}>
      <div className={styles.head}>
        <label htmlFor={inputId} className={styles.filter}>
          Filter
          <input
            id={inputId}
            type="search"
            placeholder="text, type or id"
            value={filter}
            onChange={({ target }) => setFilter(target.value)}
          />
        </label>
        <span className={styles.count}>
          {sought === '' ? '' : `${countText(shown.length)} of `}
          {countText(events.length)} {what}
        </span>
        <Pill tone={isOpen ? 'good' : 'plain'}>{isOpen ? 'open' : 'ended'}</Pill>
      </div>
      <Notes notes={notesOn(value?.missing ?? log.missing, what, value?.told, failure?.message)} />
      <EventList
        events={shown}
        label={what === 'lines' ? 'Lines' : 'Events'}
        follows
        empty={emptyText(events.length, row, what)}
      />
    </div>
  );
}

function holds({ id, type, text }: ShownEvent, sought: string): boolean {
  if (sought === '') return true;
  return [type, id, text].some((each) => each.toLowerCase().includes(sought));
}

function notesOn(
  missing: number,
  what: string,
  told: ToldEvents | undefined,
  failure: string | undefined,
): string[] {
  const notes: string[] = [];
  if (failure !== undefined) notes.push(failure);
  if (missing > 0) notes.push(`${countText(missing)} ${what} were dropped for later ones.`);
  if (told !== undefined && told.skippedBytes > 0) {
    notes.push(`${bytesText(told.skippedBytes)} came too fast to be read.`);
  }
  if (told !== undefined && told.note !== '') notes.push(told.note);
  return notes;
}

function emptyText(count: number, { state }: ExchangeRow, what: string): string {
  if (count > 0) return 'None of them matches the filter.';
  const isOpen = state === 'streaming' || state === 'pending';
  return isOpen ? `No ${what} yet.` : `There were no ${what}.`;
}
