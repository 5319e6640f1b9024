export * from './control.ts';
export { decodeFrames, FrameDecoder, readCount, readErrorNumber } from './decode.ts';
export {
  encodeFrame,
  writeCountFrame,
  writeErrorFrame,
  writeNumberFrame,
  writeTextFrame,
} from './encode.ts';
export {
  codeOf,
  ERRORS,
  type ErrorCode,
  ProtocolError,
  type Side,
  wireOf,
} from './errors.ts';
export { CreditPool, ReceiveWindow, SendWindow } from './flow.ts';
export { END, type Frame, FrameType, isLinkFrame, LINK, OPTIONAL, TYPE_MASK } from './frame.ts';
export * from './head.ts';
export * from './headers.ts';
export { type Latin1, portableLatin1 } from './latin1.ts';
export * as limits from './limits.ts';
export { Mux } from './mux.ts';
export type { MuxHandler, MuxOptions } from './mux-options.ts';
export type { MuxStream } from './mux-stream.ts';
export type { StreamHandler } from './stream-handler.ts';
export { TokenBucket } from './token-bucket.ts';
export { keepTrailers } from './trailers.ts';
export { CLOSE_CODE_NONE, WsBoundary } from './ws-boundary.ts';
export { BINARY, closeFrame, messageFrame, OWN_MESSAGE_MAX, TEXT } from './ws-frame.ts';
