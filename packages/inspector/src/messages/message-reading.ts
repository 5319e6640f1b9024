/** What a message is written in; `binary` is what nobody here can read. */
export type MessageKind =
  | 'empty'
  | 'text'
  | 'json'
  | 'graphql'
  | 'engine.io'
  | 'socket.io'
  | 'messagepack'
  | 'cbor'
  | 'binary';

/** What a message means. */
export interface MessageReading {
  readonly kind: MessageKind;
  /** One line of at most 200 characters, without control characters. */
  readonly summary: string;
  /** For a preformatted block: indented JSON, text, or a dump in hex. */
  readonly pretty: string;
  /** What stands in its head, as name and value: type, namespace, event, operation. */
  readonly fields: readonly (readonly [name: string, value: string])[];
}

/** What is known of the connection; all of it only helps. */
export interface MessageHints {
  /** `Sec-WebSocket-Protocol` of the answer. */
  readonly subprotocol?: string;
  /** Path and query of the upgrade. */
  readonly target?: string;
  /** The content is a beginning only. */
  readonly isTruncated?: boolean;
  /** Characters of `pretty`, about; 64 Ki without. */
  readonly most?: number;
}

/** Longest value of a field. */
const FIELD_MAX = 100;

/** A field without control characters, of at most 100 characters. */
export function field(name: string, value: string): readonly [string, string] {
  // biome-ignore lint/suspicious/noControlCharactersInRegex: they are what must not be shown
  const shown = value.slice(0, FIELD_MAX).replaceAll(/[\u0000-\u001f\u007f-\u009f]/g, ' ');
  return [name, shown.toWellFormed()];
}
