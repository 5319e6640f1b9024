import { useEffect } from 'react';
import { create } from 'zustand';

/** What the view is about, for the title of the page; empty when the view's name says it all. */
export const useTitleSubject = create<{ readonly subject: string }>(() => ({ subject: '' }));

/** Names it for as long as the component is there. */
export function useSubject(subject: string): void {
  useEffect(() => {
    useTitleSubject.setState({ subject });
    return () => useTitleSubject.setState({ subject: '' });
  }, [subject]);
}
