import type { Side } from '@sellia/protocol';
import { docsOf } from './failures.ts';

interface StartFailure {
  readonly retryable: boolean;
  readonly hint: string;
}

/** Why `createRelay` rejects. */
export const START_FAILURES = {
  SELLIA_OPTION_INVALID: {
    retryable: false,
    hint: 'Check the value that the message names.',
  },
  SELLIA_AUTH_WITHOUT_KEY: {
    retryable: false,
    hint: 'Give a key (--master-key or SELLIA_MASTER_KEY), or do not require authentication.',
  },
  SELLIA_PORT_IN_USE: {
    retryable: true,
    hint: 'Stop the program that listens there, or choose another port.',
  },
  SELLIA_PORT_DENIED: {
    retryable: false,
    hint: 'Ports below 1024 need privileges; choose a higher one and put a proxy in front.',
  },
  SELLIA_ADDRESS_UNAVAILABLE: {
    retryable: false,
    hint: 'This machine has no such address; 0.0.0.0 listens on all of them.',
  },
  SELLIA_LISTEN_FAILED: {
    retryable: true,
    hint: 'The operating system refused to listen; the message has its reason.',
  },
} as const satisfies Record<string, StartFailure>;

export type StartFailureCode = keyof typeof START_FAILURES;

/** The only error that `createRelay` rejects with. Decide by `code`, never by the message. */
export class RelayError extends Error {
  override readonly name = 'RelayError';
  readonly code: StartFailureCode;
  readonly side: Side = 'relay';
  readonly retryable: boolean;
  /** What the user can do. */
  readonly hint: string;
  /** Paragraph on this code. */
  readonly docsUrl: string;

  constructor(code: StartFailureCode, message: string, options?: ErrorOptions) {
    super(message, options);
    this.code = code;
    this.retryable = START_FAILURES[code].retryable;
    this.hint = START_FAILURES[code].hint;
    this.docsUrl = docsOf(code);
  }
}
