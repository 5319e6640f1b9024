import { Buffer } from 'node:buffer';
import type { FactLog } from './fact-log.ts';
import { AT_FIRST, PLACES } from './record-fields.ts';

/** What is read of a log. */
export type ReadLog = Pick<FactLog, 'number' | 'read'>;

const NOTHING = Buffer.alloc(0);
const { request, response } = PLACES;
const BODIES: readonly number[] = [request.body, response.body];
const KEPT_BYTES: readonly number[] = [request.keptBytes, response.keptBytes];
const KINDS = 7;

/** What a log had before it was dropped, without bodies, for whoever still has the exchange. */
export class DroppedLog implements ReadLog {
  readonly #numbers: Float64Array;
  readonly #pieces: readonly Buffer[];

  constructor(log: ReadLog) {
    this.#numbers = AT_FIRST.map((_, field) =>
      KEPT_BYTES.includes(field) ? 0 : log.number(field),
    );
    this.#pieces = Array.from({ length: KINDS }, (_, kind) =>
      BODIES.includes(kind) ? NOTHING : log.read(kind),
    );
  }

  number(field: number): number {
    return this.#numbers[field] ?? 0;
  }

  read(kind: number): Buffer {
    return this.#pieces[kind] ?? NOTHING;
  }
}
