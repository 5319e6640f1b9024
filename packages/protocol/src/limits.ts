/**
 * Every number of the wire, with its reason. Units are bytes unless a name says otherwise.
 * A limit is checked before memory is taken for what it bounds.
 */

/** Version that HELLO states. A relay and a client that share none refuse each other with a reason. */
export const PROTOCOL_VERSION = 1;

/** WebSocket subprotocol of the control socket. */
export const SUBPROTOCOL = 'sellia.v1';

/** u32 stream id, u8 type and flags, u24 length. */
export const FRAME_HEADER = 8;

/** Small enough that a bulk stream yields to its neighbours every few microseconds. */
export const DATA_MAX = 16 * 1024;

/** A head with its opening fields. Node's own limit (16 KiB) is below it on both sides. */
export const HEAD_MAX = 64 * 1024;

/** JSON of one control message, HELLO and WELCOME included. */
export const CONTROL_MAX = 16 * 1024;

/** What a peer may send before it has said HELLO. */
export const HELLO_MAX = 4 * 1024;

/** Readable reason in RESET, STOP and GOAWAY. */
export const REASON_MAX = 256;

/** Session frames in one WebSocket message; the largest head just fits. */
export const MESSAGE_MAX = FRAME_HEADER + HEAD_MAX;

/** Link frames (ACK, PING, PONG) that may precede them in the same message. */
export const LINK_ROOM = 64;

/** Credit of a new stream in each direction: fills 20 Mbit/s at 100 ms before it has grown once. */
export const INITIAL_WINDOW = 256 * 1024;

/** A grown window: one stream fills 1 Gbit/s at 100 ms (12.5 MB). */
export const WINDOW_MAX = 16 * 1024 * 1024;

/** Sum of a window as the sender counts it (RFC 9113 section 6.9.1 has the same bound). */
export const CREDIT_MAX = 0x7fffffff;

/** Growth that all streams of one session share, beyond their initial windows. */
export const SESSION_GROWTH = 64 * 1024 * 1024;

/** Written by the owner of a stream and not yet framed, before `write` says "wait". */
export const SEND_HIGH_WATER = 64 * 1024;

/** Streams open at once in a session. */
export const STREAMS_MAX = 10_000;

/** Stream ids are 31 bits; then the session drains and a fresh one takes over. */
export const STREAM_ID_MAX = 0x7fffffff;

/** Control messages waiting for the transport; a peer that lets them pile up is gone or hostile. */
export const CONTROL_QUEUE_MAX = 256;

/** Bytes of session frames after which the receiver acknowledges at once. */
export const ACK_BYTES = 32 * 1024;

/** Milliseconds after which it acknowledges whatever has come. */
export const ACK_DELAY = 20;

/** Unacknowledged bytes a sender may always have on the link. */
export const LINK_FLOOR = 64 * 1024;

/** No link needs more: 1 Gbit/s at 250 ms. Keeps the kernel's queue from hiding a whole transfer. */
export const LINK_CEILING = 32 * 1024 * 1024;

/** Frames that cost the receiver work and carry nothing, allowed in one burst. */
export const GLITCH_BURST = 20_000;

/** ... and how many of them a second are forgiven. */
export const GLITCH_RATE = 10_000;

/** PINGs answered in one burst, and a second. An honest peer sends one in some seconds. */
export const PING_BURST = 50;
export const PING_RATE = 10;

/** Interim (1xx) responses of one exchange; 2,000 of them are an attack, 103 comes once. */
export const INFO_MAX = 32;

/** Header lines of one head. Browsers send under 40. */
export const HEADER_LINES_MAX = 1_000;

/** Relays a request may pass before it is taken for a loop. */
export const HOPS_MAX = 3;
