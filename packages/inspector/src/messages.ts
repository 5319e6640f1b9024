/** What reads WebSocket messages; for the page, which loads it when somebody looks at one. Pure. */
export { hexDump } from './messages/hex-dump.ts';
export { CONTENT_MAX, readMessage } from './messages/message-kind.ts';
export type { MessageHints, MessageKind, MessageReading } from './messages/message-reading.ts';
