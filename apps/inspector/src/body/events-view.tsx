import { lazy, Suspense } from 'react';
import type { ExchangeRow } from '../api/types.ts';

export interface EventsViewProps {
  readonly id: string;
  readonly row: ExchangeRow;
}

const EventsPanel = lazy(() =>
  import('./events-panel.tsx').then(({ EventsPanel }) => ({ default: EventsPanel })),
);

/** Events of a response as they come, with their times. */
export function EventsView(props: EventsViewProps) {
  return (
    <Suspense>
      <EventsPanel key={props.id} {...props} />
    </Suspense>
  );
}
