import { useSyncExternalStore } from 'react';
import type { ExchangeRow } from '../api/types.ts';
import { traffic } from './session.ts';
import { TrafficView, type View } from './traffic-view.ts';

/** The one list of the page; it lives as long as the page. */
export const trafficView = new TrafficView(traffic);

export function useView(): View {
  return useSyncExternalStore(trafficView.subscribe, trafficView.view);
}

/** An exchange as it is now; undefined when it was dropped, or never was. */
export function useRow(id: string): ExchangeRow | undefined {
  return useSyncExternalStore(traffic.subscribe, () => traffic.row(id));
}
