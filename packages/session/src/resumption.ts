import type { Resume, Welcome } from '@sellia/protocol';
import type { Clock, Timer } from './clock.ts';
import { provesResume, resumeProof } from './resume-proof.ts';
import type { SessionOptions } from './session-options.ts';

/** So many resumes in a row may bring nothing: then what is sent again is what breaks the link. */
const FUTILE_MAX = 16;

/**
 * What lets a session go on over another transport: its name, its secret, the number of the last
 * attempt, and the time that it has.
 *
 *     client                                    relay
 *        | -- RESUME {attempt 7, received 512} --> |  proof, and 7 is above every attempt before
 *        | <-- RESUME {attempt 7, received 498} -- |
 *        | -- frames from 498 on ----------------> |
 *        | <---------------- frames from 512 on -- |
 */
export class Resumption {
  readonly session: string;
  readonly graceMs: number;
  readonly #clock: Clock;
  readonly #secret: string;
  #attempt = 0;
  #received = -1;
  #futile = 0;
  #timer: Timer | undefined;

  constructor(clock: Clock, session: string, secret: string, graceMs: number) {
    this.#clock = clock;
    this.session = session;
    this.graceMs = graceMs;
    this.#secret = secret;
  }

  /** Client: says and proves who it is; each call is a new attempt. */
  claim(received: number): Resume {
    this.#attempt++;
    return this.#prove('client', received);
  }

  /** Relay: whether `resume` is this session's client, and newer than any before. */
  admits(resume: Resume): boolean {
    if (!provesResume(resume.proof, this.#secret, 'client', resume)) return false;
    if (resume.session !== this.session || resume.attempt <= this.#attempt) return false;
    this.#attempt = resume.attempt;
    return true;
  }

  /** Relay: the answer to an admitted claim. */
  answer(received: number): Resume {
    return this.#prove('relay', received);
  }

  /** Client: whether this is the answer to its last claim. */
  isAnswer(resume: Resume): boolean {
    if (resume.session !== this.session || resume.attempt !== this.#attempt) return false;
    return provesResume(resume.proof, this.#secret, 'relay', resume);
  }

  /**
   * The peer has `received` of our frames, and `hasMore` to get again. False when that has been so for too
   * many resumes in a row.
   */
  advances(received: number, hasMore: boolean): boolean {
    this.#futile = hasMore && received === this.#received ? this.#futile + 1 : 0;
    this.#received = received;
    return this.#futile < FUTILE_MAX;
  }

  /** The session is away: `tooLate` unless it is back within the grace time. */
  startGrace(tooLate: () => void): void {
    this.#timer ??= this.#clock.after(this.graceMs, tooLate);
  }

  endGrace(): void {
    this.#timer?.cancel();
    this.#timer = undefined;
  }

  #prove(from: 'client' | 'relay', received: number): Resume {
    const claim = { session: this.session, attempt: this.#attempt, received };
    return { ...claim, proof: resumeProof(this.#secret, from, claim) };
  }
}

/** What the two ends agree on: the shorter time of the two; undefined: the session cannot be resumed. */
export function agreedResumption(
  { clock, graceMs = Number.POSITIVE_INFINITY }: SessionOptions,
  welcome: Welcome,
): Resumption | undefined {
  const agreedMs = Math.min(graceMs, welcome.graceMs);
  if (welcome.secret === '' || agreedMs <= 0) return undefined;
  return new Resumption(clock, welcome.session, welcome.secret, agreedMs);
}
