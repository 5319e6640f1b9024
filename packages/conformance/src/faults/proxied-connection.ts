import { Socket } from 'node:net';
import type { Clock, Timer } from '@sellia/session';
import type { Condition } from './condition.ts';
import type { Direction, Side } from './fault.ts';
import { Lane, type LaneCounts, reset } from './lane.ts';

/** After a FIN of ours both ends have this long to end too; then they are dropped. */
const FIN_LINGER_MS = 1_000;

export interface Target {
  readonly host: string;
  readonly port: number;
}

export interface ConnectionOptions {
  readonly near: Socket;
  readonly target: Target;
  readonly clock: Clock;
  readonly conditions: Readonly<Record<Direction, Condition>>;
  readonly counts: Readonly<Record<Direction, LaneCounts>>;
  readonly onClosed: (connection: ProxiedConnection) => void;
}

/** Two sockets and the lanes between them. Owner: the proxy, by `destroy`. */
export class ProxiedConnection {
  readonly #near: Socket;
  readonly #far = new Socket({ allowHalfOpen: true });
  readonly #options: ConnectionOptions;
  readonly #lanes: Readonly<Record<Direction, Lane>>;
  #hasDialled = false;
  /** The side that was not told of a cut: it is when the link is well again. */
  #untold: Socket | undefined;
  #linger: Timer | undefined;

  constructor(options: ConnectionOptions) {
    const { near, clock, conditions, counts } = options;
    this.#options = options;
    this.#near = near;
    const far = this.#far;
    this.#lanes = {
      up: new Lane({ source: near, sink: far, clock, condition: conditions.up, counts: counts.up }),
      down: new Lane({
        source: far,
        sink: near,
        clock,
        condition: conditions.down,
        counts: counts.down,
      }),
    };
    for (const socket of [near, far]) {
      socket.setNoDelay(true);
      socket.once('close', () => this.#socketOnClose());
    }
    this.onCondition();
  }

  /** A condition has changed. The far side is dialled as soon as anything could reach it. */
  onCondition(): void {
    if (!this.#options.conditions.up.isHoled) this.#dial();
    for (const lane of Object.values(this.#lanes)) lane.onCondition();
  }

  /** The sides named are told at once; the other hears nothing until `heal`. Bytes on their way are lost. */
  cut(how: 'fin' | 'rst', side: Side | 'both'): void {
    for (const lane of Object.values(this.#lanes)) lane.stop();
    if (side === 'near') this.#leaveUntold(this.#far);
    if (side === 'far') this.#leaveUntold(this.#near);
    if (side !== 'far') this.#end(this.#near, how);
    if (side !== 'near') this.#end(this.#far, how);
  }

  halfClose(direction: Direction): void {
    this.#lanes[direction].halfClose();
  }

  /** Whoever was not told of a cut is now, by RST, as a peer that knows the connection no more answers. */
  heal(): void {
    if (this.#untold !== undefined) reset(this.#untold);
    this.onCondition();
  }

  destroy(): void {
    this.#linger?.cancel();
    for (const lane of Object.values(this.#lanes)) lane.stop();
    this.#near.destroy();
    this.#far.destroy();
  }

  #dial(): void {
    if (this.#hasDialled || this.#far.destroyed) return;
    this.#hasDialled = true;
    this.#far.connect(this.#options.target);
  }

  #leaveUntold(socket: Socket): void {
    this.#untold = socket;
    socket.pause();
  }

  #end(socket: Socket, how: 'fin' | 'rst'): void {
    if (how === 'rst' || socket.pending) {
      reset(socket);
      return;
    }
    socket.end();
    socket.resume();
    this.#linger ??= this.#options.clock.after(FIN_LINGER_MS, () => this.#dropTold());
  }

  #dropTold(): void {
    for (const socket of [this.#near, this.#far]) if (socket !== this.#untold) socket.destroy();
  }

  #socketOnClose(): void {
    if (!this.#near.destroyed || !this.#far.destroyed) return;
    this.#linger?.cancel();
    this.#options.onClosed(this);
  }
}
