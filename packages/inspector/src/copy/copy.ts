import { copyCurl } from './curl.ts';
import { copyCurlCmd } from './curl-cmd.ts';
import { copyFetch } from './fetch.ts';
import type { CopyFormat } from './formats.ts';
import { copyHttpie } from './httpie.ts';
import { copyPowerShell } from './powershell.ts';
import { copyRawHttp } from './raw-http.ts';
import type { Copied, CopyOptions, CopyRequest } from './request.ts';

export { COPY_FORMATS, COPY_LABELS, type CopyFormat } from './formats.ts';

type Writer = (request: CopyRequest, options?: CopyOptions) => Copied;

const WRITERS: Readonly<Record<CopyFormat, Writer>> = {
  curl: copyCurl,
  'curl-cmd': copyCurlCmd,
  powershell: copyPowerShell,
  fetch: copyFetch,
  httpie: copyHttpie,
  http: copyRawHttp,
};

/** Writes a request down in one of the formats. Never throws. */
export function copyAs(
  format: CopyFormat,
  request: CopyRequest,
  options: CopyOptions = {},
): Copied {
  return WRITERS[format](request, options);
}
