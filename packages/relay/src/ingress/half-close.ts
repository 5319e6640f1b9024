import type { Socket } from 'node:net';
import type { Clock, Timer } from '@sellia/session';

const INTERIM = 'HTTP/1.1 100 Continue\r\n\r\n';
/** The first two find a visitor that left, when it is near; the others when it is far, or leaves later. */
const WAITS_MS = [20, 40, 200, 1_000, 5_000];
const LAST_WAIT_MS = 15_000;

/**
 * A visitor that has ended its side may wait for the answer (`nc -N`) or be gone: TCP shows the
 * same FIN. Only a write tells, since a closed socket answers it with RST, and the next write fails.
 * Before the response head an interim response may be written at any time; whoever did not ask for
 * it ignores it (RFC 9110 section 15.2.1).
 */
export class HalfCloseProbe {
  readonly #socket: Socket;
  readonly #clock: Clock;
  #sent = 0;
  #timer: Timer | undefined;

  constructor(socket: Socket, clock: Clock) {
    this.#socket = socket;
    this.#clock = clock;
    this.#wait();
  }

  /** The response begins, or the connection is over. */
  stop(): void {
    this.#timer?.cancel();
  }

  #wait(): void {
    this.#timer = this.#clock.after(WAITS_MS[this.#sent] ?? LAST_WAIT_MS, () => {
      this.#sent++;
      this.#socket.write(INTERIM);
      this.#wait();
    });
  }
}
