import type { ExchangeFact } from '@sellia/client';
import type { TrafficFigures, TrafficSeconds } from '../../exchange/tunnel-facts.ts';
import { isEventStream } from '../event-tap-for.ts';
import { TrafficRing } from '../websocket/traffic-ring.ts';
import { FigureRing } from './figure-ring.ts';

const ERROR_STATUS = 500;
const UP = 0;
const DOWN = 1;

/** What goes through a tunnel in figures, made of its facts; also while nothing is captured. */
export class RequestFigures {
  readonly #figures: FigureRing;
  readonly #seconds: TrafficRing;
  /** Exchanges that run: those that were upgraded, and those that count as an error already. */
  readonly #upgraded = new Set<number>();
  /** Event streams that are open. */
  readonly #streams = new Set<number>();
  readonly #erred = new Set<number>();
  #running = 0;
  #lastAt = 0;

  constructor(at: number) {
    this.#figures = new FigureRing(at);
    this.#seconds = new TrafficRing(at);
  }

  get running(): number {
    return this.#running;
  }

  /** WebSockets and the like that are open. */
  get upgraded(): number {
    return this.#upgraded.size;
  }

  /** Unix milliseconds of the last fact; 0 before one. */
  get lastAt(): number {
    return this.#lastAt;
  }

  read(minutes: number, at: number): TrafficFigures {
    return this.#figures.read(minutes, at);
  }

  seconds(at: number): TrafficSeconds {
    this.#seconds.advance(at);
    return {
      requests: this.#seconds.messages(UP),
      requestBytes: this.#seconds.bytes(UP),
      responseBytes: this.#seconds.bytes(DOWN),
    };
  }

  tell(fact: ExchangeFact): void {
    const { at } = fact;
    this.#lastAt = at;
    switch (fact.type) {
      case 'bodyChunk':
        this.#bytes(fact.direction, fact.chunk.length, at);
        break;
      case 'opened':
        this.#opened(at);
        break;
      case 'responseHead':
        this.#answered(fact);
        break;
      case 'upgraded':
        this.#upgraded.add(fact.exchange);
        break;
      case 'closed':
        this.#closed(fact.exchange, fact.durationMs, at);
        break;
      case 'failed':
        this.#failed(fact.exchange, at);
        break;
      case 'refused':
        this.#figures.add('refused', 1, at);
        break;
    }
  }

  #opened(at: number): void {
    this.#running++;
    this.#seconds.advance(at);
    this.#seconds.addMessage(UP);
    this.#figures.add('requests', 1, at);
  }

  #bytes(direction: 'request' | 'response', count: number, at: number): void {
    const isUp = direction === 'request';
    this.#seconds.advance(at);
    this.#seconds.addBytes(isUp ? UP : DOWN, count);
    this.#figures.add(isUp ? 'requestBytes' : 'responseBytes', count, at);
  }

  #answered({
    exchange,
    status,
    headers,
    at,
  }: Extract<ExchangeFact, { type: 'responseHead' }>): void {
    if (isEventStream(headers)) this.#streams.add(exchange);
    if (status < ERROR_STATUS) return;
    this.#erred.add(exchange);
    this.#figures.add('errors', 1, at);
  }

  #closed(exchange: number, durationMs: number, at: number): void {
    this.#running--;
    this.#erred.delete(exchange);
    // How long something was open says nothing of how fast anything is.
    const wasOpen = this.#upgraded.delete(exchange) || this.#streams.delete(exchange);
    if (!wasOpen) this.#figures.addDuration(durationMs, at);
  }

  #failed(exchange: number, at: number): void {
    this.#running--;
    this.#upgraded.delete(exchange);
    this.#streams.delete(exchange);
    if (!this.#erred.delete(exchange)) this.#figures.add('errors', 1, at);
  }
}
