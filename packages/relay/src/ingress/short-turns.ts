import type { IncomingMessage, ServerResponse } from 'node:http';
import type { FailureCode } from '../failures.ts';
import { type Asker, answerFailure, failureBytes } from './failure-answer.ts';
import type { Pipeline, Turn } from './pipeline.ts';

/** A request that is answered with a failure, after which the connection ends. */
export class RefusedTurn implements Turn {
  readonly request: IncomingMessage;
  readonly #response: ServerResponse;
  readonly #pipeline: Pipeline;
  readonly #code: FailureCode;
  readonly #asker: Asker;
  #hasAnswered = false;

  constructor(
    request: IncomingMessage,
    response: ServerResponse,
    pipeline: Pipeline,
    code: FailureCode,
    asker: Asker,
  ) {
    this.request = request;
    this.#response = response;
    this.#pipeline = pipeline;
    this.#code = code;
    this.#asker = asker;
  }

  get hasAnswered(): boolean {
    return this.#hasAnswered;
  }

  begin(): void {
    this.#hasAnswered = true;
    this.#pipeline.answering(answerFailure(this.#response, this.#code, this.#asker, true));
  }

  requestBroke(): void {}
  visitorLeft(): void {}
  sweep(): void {}
}

/** Bytes that never became a request, answered on the bare socket, which ends. */
export class RawRefusal implements Turn {
  readonly request = undefined;
  readonly hasAnswered = true;
  readonly #pipeline: Pipeline;
  readonly #code: FailureCode;
  readonly #asker: Asker;

  constructor(pipeline: Pipeline, code: FailureCode, asker: Asker) {
    this.#pipeline = pipeline;
    this.#code = code;
    this.#asker = asker;
  }

  begin(): void {
    this.#pipeline.answering(true);
    this.#pipeline.socket.write(failureBytes(this.#code, this.#asker));
    this.#pipeline.end();
  }

  requestBroke(): void {}
  visitorLeft(): void {}
  sweep(): void {}
}

/** A request for the relay itself, answered by `handle`. */
export class OwnTurn implements Turn {
  readonly request: IncomingMessage;
  readonly #response: ServerResponse;
  readonly #pipeline: Pipeline;
  readonly #handle: (request: IncomingMessage, response: ServerResponse) => void;
  #brokenBy: FailureCode | undefined;
  readonly #asker: Asker;
  readonly #hasBody: boolean;

  constructor(
    request: IncomingMessage,
    response: ServerResponse,
    pipeline: Pipeline,
    hasBody: boolean,
    asker: Asker,
    handle: (request: IncomingMessage, response: ServerResponse) => void,
  ) {
    this.request = request;
    this.#response = response;
    this.#pipeline = pipeline;
    this.#hasBody = hasBody;
    this.#asker = asker;
    this.#handle = handle;
  }

  get hasAnswered(): boolean {
    return this.#response.headersSent;
  }

  begin(): void {
    // No page of the relay reads a body; behind one the connection ends.
    if (this.#hasBody || this.#brokenBy !== undefined) this.#response.shouldKeepAlive = false;
    this.#pipeline.answering(!this.#response.shouldKeepAlive);
    if (this.#brokenBy === undefined) this.#handle(this.request, this.#response);
    else answerFailure(this.#response, this.#brokenBy, this.#asker, true);
  }

  requestBroke(code: FailureCode): void {
    this.#brokenBy = code;
  }

  visitorLeft(): void {}
  sweep(): void {}
}
