import { useEffect, useRef, useState } from 'react';
import { api } from '../api/api.ts';
import { type Loaded, NOT_LOADED, Reading } from '../api/reading.ts';
import type { ExchangeDetail } from '../api/types.ts';
import { useRow } from '../traffic/use-traffic.ts';

/**
 * Reads something again whenever `change` is another; what was read stays until there is something
 * newer. For one thing alone: give the component a `key` where it can be about another.
 */
export function useReading<T>(
  change: unknown,
  read: (signal: AbortSignal) => Promise<T>,
): Loaded<T> {
  const [loaded, setLoaded] = useState<Loaded<T>>(NOT_LOADED);
  const latest = useRef(read);
  latest.current = read;
  const reading = useRef<Reading<T>>(undefined);
  useEffect(() => {
    const begun = new Reading<T>((signal) => latest.current(signal), setLoaded);
    reading.current = begun;
    return () => begun.close();
  }, []);
  // biome-ignore lint/correctness/useExhaustiveDependencies: it is what says that there is something new
  useEffect(() => reading.current?.changed(), [change]);
  return loaded;
}

/** An exchange as it is now, read again whenever its row changes. */
export function useDetail(id: string): Loaded<ExchangeDetail> {
  const row = useRow(id);
  return useReading(row, (signal) => api.exchange(id, signal));
}
