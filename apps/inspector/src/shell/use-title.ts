import { useEffect, useSyncExternalStore } from 'react';
import { useTitleSubject } from '../ui/title-subject.ts';
import { unseenErrors } from './unseen-errors.ts';
import type { ViewLabel } from './views.ts';

/** The title of the page: what has failed while nobody looked comes first. */
export function useTitle(view: ViewLabel): void {
  const count = useSyncExternalStore(unseenErrors.subscribe, unseenErrors.count);
  const { subject } = useTitleSubject();
  useEffect(() => {
    const about = subject === '' && view !== 'Traffic' ? view : subject;
    const name = about === '' ? 'Sellia' : `${about} – Sellia`;
    document.title = count === 0 ? name : `(${count}) ${name}`;
  }, [view, subject, count]);
}
