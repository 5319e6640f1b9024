import { useLocation, useSearchParams } from 'wouter';

/** Tabs of an exchange; which of them there are depends on what it is. */
export type TabName =
  | 'overview'
  | 'request'
  | 'response'
  | 'timing'
  | 'raw'
  | 'handshake'
  | 'activity'
  | 'messages'
  | 'events';

/** The filter, which is part of every address. */
export function useFilterText(): readonly [string, (text: string) => void] {
  const [params, setParams] = useSearchParams();
  const set = (text: string): void => setParams(text === '' ? {} : { q: text }, { replace: true });
  return [params.get('q') ?? '', set];
}

/** Address of an exchange; without an id that of the list. */
export function exchangePath(id: string, tab?: TabName): string {
  return tab === undefined ? `/r/${id}` : `/r/${id}/${tab}`;
}

/** Goes to another place of the page; the filter stays. `replace` leaves no trace in Back. */
export function useGo(): (path: string, options?: { readonly replace?: boolean }) => void {
  const [, navigate] = useLocation();
  return (path, options) => navigate(`${path}${location.search}`, options);
}
