import { Notes } from '../notes.tsx';
import type { TextSource } from '../shape/text.ts';
import { useJob } from '../shape/use-job.ts';
import { EventList } from './event-list.tsx';

interface KeptEventsViewProps {
  readonly source: TextSource;
  /** Newline-delimited JSON; else an event stream. */
  readonly isLines: boolean;
}

/** Events, or lines, that can be read in what was kept of a body. */
export function KeptEventsView({ source, isLines }: KeptEventsViewProps) {
  const { result, failure } = useJob(isLines ? 'lines' : 'events', source);
  if (result === undefined) return <p>{failure}</p>;
  return (
    <>
      <Notes notes={result.notes} />
      <EventList
        events={result.events}
        label={isLines ? 'Lines' : 'Events'}
        empty={isLines ? 'No line can be read in it.' : 'No event can be read in it.'}
      />
    </>
  );
}
