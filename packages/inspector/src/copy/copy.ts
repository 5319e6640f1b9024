import { copyCurl } from './curl.ts';
import { copyCurlCmd } from './curl-cmd.ts';
import { copyFetch } from './fetch.ts';
import { copyHttpie } from './httpie.ts';
import { copyPowerShell } from './powershell.ts';
import { copyRawHttp } from './raw-http.ts';
import type { Copied, CopyOptions, CopyRequest } from './request.ts';

/** What a request can be copied as, in the order in which a menu offers it. */
export const COPY_FORMATS = ['curl', 'curl-cmd', 'powershell', 'fetch', 'httpie', 'http'] as const;

export type CopyFormat = (typeof COPY_FORMATS)[number];

/** For a menu. */
export const COPY_LABELS: Readonly<Record<CopyFormat, string>> = {
  curl: 'curl (bash, zsh, sh)',
  'curl-cmd': 'curl (cmd.exe)',
  powershell: 'PowerShell',
  fetch: 'JavaScript fetch',
  httpie: 'HTTPie',
  http: 'Raw HTTP/1.1',
};

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
