import { useRef } from 'react';
import type { ApiFailure } from '../api/api.ts';
import type { ExchangeDetail } from '../api/types.ts';
import { useDetail } from './use-detail.ts';

interface KeptDetail {
  /** As of the last answer that there was. */
  readonly detail: ExchangeDetail | undefined;
  /** Of the last question. */
  readonly failure: ApiFailure | undefined;
}

/** An exchange; what was read of it stays when it is dropped, or the inspector goes away. */
export function useKeptDetail(id: string): KeptDetail {
  const { value, failure } = useDetail(id);
  const kept = useRef<ExchangeDetail>(undefined);
  if (value !== undefined) kept.current = value;
  return { detail: kept.current, failure };
}
