import type { DeflateTerms } from '@sellia/inspector/browser';
import { capital } from '../../ui/capital.ts';
import { bytesText } from '../../ui/numbers.ts';
import { DOWN, UP } from '../words.ts';

/** What was agreed on compression, a sentence for each direction. */
export function deflateSentences(terms: DeflateTerms): readonly string[] {
  return [sentence(UP.from, terms.up), sentence(DOWN.from, terms.down)];
}

function sentence(from: string, { hasTakeover, windowBits }: DeflateTerms['up']): string {
  const how = hasTakeover
    ? 'in the light of earlier ones (context takeover)'
    : 'each by itself (no context takeover)';
  return `${capital(from)} compresses messages ${how}, looking back ${bytesText(2 ** windowBits)} (${windowBits} bits).`;
}
