import { useRef } from 'react';
import { type ApiFailure, read } from '../api/api.ts';
import type { ExchangeRow } from '../api/types.ts';
import { useReading } from '../detail/use-detail.ts';
import { useNow } from '../ui/now.ts';

/** A row of this inspector, or of another one. */
export interface JoinedRow extends ExchangeRow {
  /** Whose it is, and where it is shown there; absent for own ones. */
  readonly inspector?: { readonly url: string; readonly link: string };
}

/** What all programs of this user have taken. */
export interface Joined {
  /** The newest first. */
  readonly exchanges: readonly JoinedRow[];
  /** Origins of the other inspectors. */
  readonly answered: readonly string[];
  readonly silent: readonly string[];
}

interface KeptJoined {
  /** As of the last answer that there was. */
  readonly joined: Joined | undefined;
  /** Of the last question. */
  readonly failure: ApiFailure | undefined;
}

/** Rows that are asked for. */
export const ROWS_MAX = 200;
/** Milliseconds between two looks. */
const LOOK_MS = 2_000;

/** Looks again and again while `isOn`, and whenever the filter is another. */
export function useJoined(filter: string, isOn: boolean): KeptJoined {
  const look = useNow(LOOK_MS, isOn);
  const query = new URLSearchParams({ filter, limit: String(ROWS_MAX) });
  const { value, failure } = useReading(`${look} ${filter}`, (signal) =>
    read<Joined>(`/joined?${query}`, signal),
  );
  const kept = useRef<Joined>(undefined);
  if (value !== undefined) kept.current = value;
  return { joined: kept.current, failure };
}
