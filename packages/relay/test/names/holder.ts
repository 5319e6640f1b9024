import type { LeaseHolder, LeaseWaiter } from '../../src/names/lease.ts';

/** A holder that opens nothing, and counts. */
export class Holder implements LeaseHolder {
  readonly tunnel = 1;
  readonly reports = undefined;
  isLeaving = false;
  streams: number;
  replacements = 0;

  constructor(streams = 0) {
    this.streams = streams;
  }

  open() {
    return undefined;
  }

  replaced(): void {
    this.replacements++;
  }
}

/** One that waits, and keeps what it hears. */
export class Waiter implements LeaseWaiter {
  readonly heard: string[] = [];
  #goesOn: boolean;

  constructor(goesOn = true) {
    this.#goesOn = goesOn;
  }

  leaseHeld(): boolean {
    this.heard.push('held');
    return this.#goesOn;
  }

  leaseGone(): void {
    this.heard.push('gone');
  }
}
