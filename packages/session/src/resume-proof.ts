import { Buffer } from 'node:buffer';
import { createHmac, randomBytes, timingSafeEqual } from 'node:crypto';

/** What a session is resumed by; known to its two ends only. 256 bits. */
export function makeSessionSecret(): string {
  return randomBytes(32).toString('base64url');
}

/** What RESUME says and proves. */
export interface ResumeClaim {
  readonly session: string;
  /** Rises with every try, so that an overheard RESUME is of no use. */
  readonly attempt: number;
  /** Session frames that the sender has received. */
  readonly received: number;
}

/** HMAC-SHA256 under the session's secret; it names the sender, so that neither side's serves the other. */
export function resumeProof(secret: string, from: 'client' | 'relay', claim: ResumeClaim): string {
  const text = [from, claim.session, claim.attempt, claim.received].join('\n');
  return createHmac('sha256', secret).update(text).digest('base64url');
}

export function provesResume(
  proof: string,
  secret: string,
  from: 'client' | 'relay',
  claim: ResumeClaim,
): boolean {
  const given = Buffer.from(proof);
  const right = Buffer.from(resumeProof(secret, from, claim));
  return given.length === right.length && timingSafeEqual(given, right);
}
