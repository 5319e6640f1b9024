/** What a transport tells its session. */
export interface TransportHandler {
  /** One message: whole frames. The session owns `bytes` from here on. */
  onMessage(bytes: Uint8Array): void;
  /** Exactly once, whoever ended it; nothing comes afterwards. */
  onClose(reason: string): void;
}

/**
 * What carries a session: an ordered, reliable pipe of messages with an end. The session owns it
 * from `listen` on and ends it by `close` or `terminate`.
 */
export interface Transport {
  /** Again: another session takes it over, and hears whatever comes from now on. */
  listen(handler: TransportHandler): void;
  /** Sends `message`, which must stay untouched until `sent` is called (never after the close). */
  send(message: Uint8Array, sent: () => void): void;
  /** Bytes that the operating system has not taken yet. */
  readonly buffered: number;
  /** Ends after what was sent; terminates by itself when the peer does not answer. */
  close(): void;
  /** Ends now. */
  terminate(): void;
}
