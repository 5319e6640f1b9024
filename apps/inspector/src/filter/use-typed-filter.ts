import { useEffect, useRef, useState } from 'react';
import { useFilterText } from '../prefs/address.ts';

/** Milliseconds of silence after which the address is told what was typed. */
const QUIET_MS = 150;

/** The filter as it is being written. */
export interface TypedFilter {
  readonly text: string;
  /** The address is told when the typing rests. */
  readonly type: (text: string) => void;
  /** ... at once. */
  readonly set: (text: string) => void;
  /** What was typed so far counts now. */
  readonly settle: () => void;
}

/**
 * Holds what is typed, and tells the address a little later. The address gives way to the typing,
 * unless it was changed by something else: Back, a chip, a button.
 */
export function useTypedFilter(): TypedFilter {
  const [address, setAddress] = useFilterText();
  const [text, setText] = useState(address);
  const told = useRef(address);
  const timer = useRef<ReturnType<typeof setTimeout>>(undefined);
  const tell = (wanted: string): void => {
    clearTimeout(timer.current);
    timer.current = undefined;
    if (told.current === wanted) return;
    told.current = wanted;
    setAddress(wanted);
  };
  useEffect(() => {
    if (address === told.current) return;
    clearTimeout(timer.current);
    timer.current = undefined;
    told.current = address;
    setText(address);
  }, [address]);
  useEffect(() => () => clearTimeout(timer.current), []);
  const type = (typed: string): void => {
    setText(typed);
    clearTimeout(timer.current);
    timer.current = setTimeout(() => tell(typed), QUIET_MS);
  };
  const set = (wanted: string): void => {
    setText(wanted);
    tell(wanted);
  };
  const settle = (): void => {
    if (timer.current !== undefined) tell(text);
  };
  return { text, type, set, settle };
}
