import { Suspense } from 'react';
import { Route, Switch } from 'wouter';
import { TrafficPage } from './list/traffic-page.tsx';
import { Shell } from './shell/shell.tsx';
import { lazyView } from './ui/lazy-view.ts';

const DiffPage = lazyView(async () => (await import('./diff/diff-page.tsx')).DiffPage);
const StatusPage = lazyView(async () => (await import('./status/status-page.tsx')).StatusPage);
const JoinedPage = lazyView(async () => (await import('./joined/joined-page.tsx')).JoinedPage);
const ImportPage = lazyView(async () => (await import('./har/import-page.tsx')).ImportPage);

/** Which view an address shows. */
export function App() {
  return (
    <Shell>
      <Suspense>
        <Switch>
          <Route path="/status" component={StatusPage} />
          <Route path="/all" component={JoinedPage} />
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
