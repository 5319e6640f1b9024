import { exactText } from '@sellia/inspector/browser';
import { api } from '../api/api.ts';
import type { ExchangeDetail } from '../api/types.ts';
import { type BodyLines, linesOfBody } from './body-lines.ts';
import { isBodyCut } from './why-not.ts';

/** The body of the request that is edited. */
export interface OriginalBody {
  /** As it travelled, as far as it was kept. */
  readonly bytes: Uint8Array;
  /** It was kept in part: it cannot be sent as it was. */
  readonly isCut: boolean;
  /** Lines end in `\n`, however they did; undefined where it is no UTF-8 text. */
  readonly text: string | undefined;
  /** The text was made by undoing `Content-Encoding`. */
  readonly isDecoded: boolean;
  readonly lines: BodyLines;
}

/** Throws ApiFailure, or the signal's reason. */
export async function readOriginal(
  detail: ExchangeDetail,
  signal: AbortSignal,
): Promise<OriginalBody> {
  const { row, request } = detail;
  const { keptBytes, encoding } = request.body;
  const isDecoded = encoding !== '' && encoding !== 'identity';
  const read = async (decoded: boolean): Promise<Uint8Array> =>
    keptBytes === 0 ? new Uint8Array() : (await api.body(row.id, 'request', decoded, signal)).bytes;
  const bytes = await read(false);
  const text = exactText(isDecoded ? await read(true) : bytes);
  const lines = linesOfBody(text ?? '');
  return {
    bytes,
    isCut: isBodyCut(detail),
    text: text?.replaceAll(/\r\n?/g, '\n'),
    isDecoded,
    lines,
  };
}
