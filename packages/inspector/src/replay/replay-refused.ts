/** An exchange is not sent again; the message says why, for people. */
export class ReplayRefused extends Error {
  readonly reason: 'unknown' | 'impossible';

  constructor(reason: 'unknown' | 'impossible', message: string) {
    super(message);
    this.reason = reason;
  }
}
