import { CLOSE_CODE_NONE } from '@sellia/protocol';

/** What a close frame says (RFC 6455 section 5.5.1). */
export interface CloseFrame {
  /** 1005 where the frame names none. */
  readonly code: number;
  readonly reason: string;
  /** The reason was not UTF-8: U+FFFD stands for what could not be read. */
  readonly isReasonBroken: boolean;
}

const STRICT = new TextDecoder('utf-8', { fatal: true, ignoreBOM: true });
const LENIENT = new TextDecoder('utf-8', { ignoreBOM: true });

/** `payload` unmasked: nothing, or two bytes of code and the reason. Never throws. */
export function readClose(payload: Uint8Array): CloseFrame {
  if (payload.length < 2) return { code: CLOSE_CODE_NONE, reason: '', isReasonBroken: false };
  const code = ((payload[0] as number) << 8) | (payload[1] as number);
  const bytes = payload.subarray(2);
  try {
    return { code, reason: STRICT.decode(bytes), isReasonBroken: false };
  } catch {
    return { code, reason: LENIENT.decode(bytes), isReasonBroken: true };
  }
}
