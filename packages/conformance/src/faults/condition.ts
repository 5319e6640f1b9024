/** How one direction of a link is doing. The proxy changes it; its lanes look at it. */
export interface Condition {
  /** Nothing is read or passed on; what was sent waits, as it does when a cable is out. */
  isHoled: boolean;
  /** Milliseconds from arrival to being passed on. */
  delayMs: number;
  /** Of each connection. */
  bytesPerSecond: number;
  /** Most bytes of one write ... */
  sliceBytes: number;
  /** ... and the milliseconds between two of them; 0 is the next turn. */
  gapMs: number;
}

export function healthy(): Condition {
  return {
    isHoled: false,
    delayMs: 0,
    bytesPerSecond: Number.POSITIVE_INFINITY,
    sliceBytes: Number.POSITIVE_INFINITY,
    gapMs: 0,
  };
}
