import { CONTROL_MAX, DATA_MAX, HEAD_MAX, REASON_MAX } from './limits.ts';

/**
 * Frame types. The low six bits number the frame; those with LINK set speak about the link itself
 * and are never counted, kept or replayed; all others are session frames, counted from 0 in each
 * direction.
 *
 *      0               4   5               8
 *     +---------------+---+---------------+---------------------
 *     | stream id u32 |u8 |  length u24   | payload
 *     +---------------+---+---------------+---------------------
 *                       |
 *           OPTIONAL 0x80, END 0x40, LINK 0x10
 */
export const FrameType = {
  Open: 0x01,
  Head: 0x02,
  Info: 0x03,
  Data: 0x04,
  Trailers: 0x05,
  Window: 0x06,
  Reset: 0x07,
  Stop: 0x08,
  Control: 0x09,
  Drain: 0x0a,
  Hello: 0x10,
  Welcome: 0x11,
  Resume: 0x12,
  Ack: 0x13,
  Ping: 0x14,
  Pong: 0x15,
  Goaway: 0x16,
} as const;
export type FrameType = (typeof FrameType)[keyof typeof FrameType];

/** A receiver that does not know the type skips the frame (and still counts a session frame). */
export const OPTIONAL = 0x80;
/** Clean end of this direction of the stream. */
export const END = 0x40;
export const TYPE_MASK = 0x3f;
export const LINK = 0x10;

/** One frame as a value: for tests, tools and logs. The data path never builds one. */
export interface Frame {
  readonly type: number;
  readonly streamId: number;
  readonly end: boolean;
  readonly payload: Uint8Array;
}

const REASONED_MAX = 2 + REASON_MAX;

/** Payload limits by type; a type that is not here is unknown. */
export const PAYLOAD_MAX: Readonly<Record<number, number>> = {
  [FrameType.Open]: HEAD_MAX,
  [FrameType.Head]: HEAD_MAX,
  [FrameType.Info]: HEAD_MAX,
  [FrameType.Data]: DATA_MAX,
  [FrameType.Trailers]: HEAD_MAX,
  [FrameType.Window]: 4,
  [FrameType.Reset]: REASONED_MAX,
  [FrameType.Stop]: REASONED_MAX,
  [FrameType.Control]: CONTROL_MAX,
  [FrameType.Drain]: 4,
  [FrameType.Hello]: CONTROL_MAX,
  [FrameType.Welcome]: CONTROL_MAX,
  [FrameType.Resume]: CONTROL_MAX,
  [FrameType.Ack]: 8,
  [FrameType.Ping]: 8,
  [FrameType.Pong]: 8,
  [FrameType.Goaway]: REASONED_MAX,
};

export function isLinkFrame(type: number): boolean {
  return (type & LINK) !== 0;
}
