import { create } from 'zustand';
import { type LinkState, LiveLink } from '../api/live-link.ts';
import type { Status } from '../api/types.ts';
import { TrafficStore } from './traffic-store.ts';

/** What the page knows of its server, beside the exchanges. */
export interface SessionState {
  readonly link: LinkState;
  /** Undefined until it was told. */
  readonly status: Status | undefined;
}

export const useSession = create<SessionState>(() => ({ link: 'connecting', status: undefined }));

/** Nobody answers, or another run does: what is shown is of before, for reading. */
export function useIsOfBefore(): boolean {
  return useSession(({ link }) => link === 'lost' || link === 'locked');
}

export const traffic = new TrafficStore();

let live: LiveLink | undefined;

/** Does not wait for the time of the next attempt. */
export function retryLink(): void {
  live?.retry();
}

/** Begins to listen; one for the whole page, for as long as it is open. */
export function startSession(): LiveLink {
  live = new LiveLink({
    get version() {
      return traffic.version;
    },
    onChanges: (changes) => traffic.apply(changes),
    onStatus: (status) => useSession.setState({ status }),
    onLink: (link) => useSession.setState({ link }),
  });
  return live;
}
