import type { DeflateSide, DeflateTerms, SocketExtension } from './socket-detail.ts';

/** RFC 7692. */
export const DEFLATE = 'permessage-deflate';
/** Window of deflate where no other is named. */
const WINDOW_BITS = 15;
const BITS = /^(?:[89]|1[0-5])$/;

const PARAMETERS = new Set([
  'server_no_context_takeover',
  'client_no_context_takeover',
  'server_max_window_bits',
  'client_max_window_bits',
]);

/** What both sides agreed on, from the extensions of the answer; undefined without compression. */
export function deflateTerms(accepted: readonly SocketExtension[]): DeflateTerms | undefined {
  const extension = accepted.find((one) => one.name === DEFLATE);
  if (extension === undefined) return undefined;
  return { up: sideOf(extension, 'client'), down: sideOf(extension, 'server') };
}

function sideOf({ parameters }: SocketExtension, who: 'client' | 'server'): DeflateSide {
  const bits = parameters.find((one) => one.name === `${who}_max_window_bits`)?.value ?? '';
  return {
    hasTakeover: !parameters.some((one) => one.name === `${who}_no_context_takeover`),
    windowBits: BITS.test(bits) ? Number(bits) : WINDOW_BITS,
  };
}

/** What is odd about the parameters of an answer. */
export function oddDeflate(
  accepted: readonly SocketExtension[],
  offered: readonly SocketExtension[],
): string[] {
  const all = accepted.filter((one) => one.name === DEFLATE);
  const odd = all.length > 1 ? ['permessage-deflate was accepted more than once.'] : [];
  const offers = offered.filter((one) => one.name === DEFLATE);
  for (const { name, value } of all[0]?.parameters ?? []) {
    if (!PARAMETERS.has(name)) {
      odd.push('permessage-deflate was accepted with a parameter that it does not have.');
    } else if (name.endsWith('_bits') && !BITS.test(value)) {
      odd.push(`${name} of the answer is not between 8 and 15.`);
    } else if (name === 'client_max_window_bits' && !offers.some(hasBits)) {
      odd.push('client_max_window_bits was accepted but not offered.');
    }
  }
  return odd;
}

function hasBits({ parameters }: SocketExtension): boolean {
  return parameters.some((one) => one.name === 'client_max_window_bits');
}
