import { lazy, Suspense } from 'react';
import { Route, Switch } from 'wouter';
import { TrafficPage } from './list/traffic-page.tsx';
import { Shell } from './shell/shell.tsx';

const DiffPage = lazy(() =>
  import('./diff/diff-page.tsx').then(({ DiffPage }) => ({ default: DiffPage })),
);
const StatusPage = lazy(() =>
  import('./status/status-page.tsx').then(({ StatusPage }) => ({ default: StatusPage })),
);
const ImportPage = lazy(() =>
  import('./har/import-page.tsx').then(({ ImportPage }) => ({ default: ImportPage })),
);

/** Which view an address shows. */
export function App() {
  return (
    <Shell>
      <Suspense>
        <Switch>
          <Route path="/status" component={StatusPage} />
          <Route path="/diff/:one/:other">
            {({ one, other }) => <DiffPage one={one} other={other} />}
          </Route>
          <Route path="/import" component={ImportPage} />
          <Route path="/r/:id/:tab?">{({ id, tab }) => <TrafficPage id={id} tab={tab} />}</Route>
          <Route>
            <TrafficPage id={undefined} tab={undefined} />
          </Route>
        </Switch>
      </Suspense>
    </Shell>
  );
}
