import { lazy, Suspense } from 'react';
import type { BodyFacts, Direction, ExchangeRow, HeaderLines } from '../api/types.ts';

export interface BodyViewProps {
  readonly id: string;
  readonly direction: Direction;
  readonly facts: BodyFacts;
  readonly headers: HeaderLines;
  readonly state: ExchangeRow['state'];
}

const BodyPanel = lazy(() =>
  import('./body-panel.tsx').then(({ BodyPanel }) => ({ default: BodyPanel })),
);

/** What was kept of a body, by a viewer of its kind; fetched when it is looked at. */
export function BodyView(props: BodyViewProps) {
  return (
    <Suspense>
      <BodyPanel key={`${props.id} ${props.direction}`} {...props} />
    </Suspense>
  );
}
