import type { ExchangeRecord } from './exchange-record.ts';

/** One that runs for long. */
interface Long {
  readonly record: ExchangeRecord;
  readonly order: number;
  isOver: boolean;
}

/**
 * Exchanges of one tunnel that run, by their number on its feed, and those that are over and may be reported yet:
 * reports come within a round trip, or never. Of these the number is bounded; of those the tunnel bounds it.
 *
 * Numbers rise by one, so each has its place in a round of places. When its place comes round again and it is
 * over, it is forgotten; when it still runs, it moves among the few that do so for long. Records begin again as
 * those of other exchanges: the order tells whether one still is what it was.
 */
export class RunningRecords {
  readonly #records: (ExchangeRecord | undefined)[];
  readonly #numbers: Float64Array;
  readonly #orders: Float64Array;
  readonly #isOver: Uint8Array;
  readonly #long = new Map<number, Long>();
  /** When there are so many of these, those that are over are forgotten. */
  #longMax: number;

  /** `most` are remembered. */
  constructor(most: number) {
    this.#records = new Array(most).fill(undefined);
    this.#numbers = new Float64Array(most);
    this.#orders = new Float64Array(most);
    this.#isOver = new Uint8Array(most).fill(1);
    this.#longMax = most;
  }

  add(exchange: number, record: ExchangeRecord): void {
    const place = exchange % this.#records.length;
    if (this.#isOver[place] === 0) this.#giveWay(place);
    this.#records[place] = record;
    this.#numbers[place] = exchange;
    this.#orders[place] = record.order;
    this.#isOver[place] = 0;
  }

  /** Undefined, too, of one that was dropped since. */
  get(exchange: number): ExchangeRecord | undefined {
    const place = exchange % this.#records.length;
    if (this.#numbers[place] !== exchange) return still(this.#long.get(exchange));
    const record = this.#records[place];
    return record?.order === this.#orders[place] ? record : undefined;
  }

  /** Nothing more comes of it but a report. */
  isOver(exchange: number): void {
    const place = exchange % this.#records.length;
    if (this.#numbers[place] === exchange) {
      this.#isOver[place] = 1;
      return;
    }
    const long = this.#long.get(exchange);
    if (long !== undefined) long.isOver = true;
  }

  /** Nothing more comes of it. */
  delete(exchange: number): void {
    this.isOver(exchange);
    this.#long.delete(exchange);
  }

  #giveWay(place: number): void {
    const exchange = this.#numbers[place] as number;
    const record = this.get(exchange);
    if (record === undefined || record.isDropped) return;
    this.#long.set(exchange, { record, order: record.order, isOver: false });
    if (this.#long.size <= this.#longMax) return;
    for (const [number, long] of this.#long) {
      if (long.isOver || still(long)?.isDropped !== false) this.#long.delete(number);
    }
    this.#longMax = Math.max(this.#records.length, 2 * this.#long.size);
  }
}

/** Undefined when its record is that of another exchange by now. */
function still(long: Long | undefined): ExchangeRecord | undefined {
  return long !== undefined && long.record.order === long.order ? long.record : undefined;
}
