import { useSyncExternalStore } from 'react';
import type { ExchangeRow } from '../api/types.ts';
import { traffic } from './session.ts';
import type { Traffic } from './traffic-store.ts';
import { TrafficView, type View } from './traffic-view.ts';

/** The one list of the page; it lives as long as the page. */
export const trafficView = new TrafficView(traffic);

export function useView(): View {
  return useSyncExternalStore(trafficView.subscribe, trafficView.view);
}

/** One thing of it, for components that are not to be made anew with every change. */
export function useViewOf<T extends number | string | boolean | object>(
  select: (view: View) => T,
): T {
  return useSyncExternalStore(trafficView.subscribe, () => select(trafficView.view()));
}

/** ... and of all exchanges. */
export function useTrafficOf<T extends number | string | boolean>(
  select: (traffic: Traffic) => T,
): T {
  return useSyncExternalStore(traffic.subscribe, () => select(traffic.traffic()));
}

/** An exchange as it is now; undefined when it was dropped, or never was. */
export function useRow(id: string): ExchangeRow | undefined {
  return useSyncExternalStore(traffic.subscribe, () => traffic.row(id));
}
