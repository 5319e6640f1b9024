/** What a request can be copied as, in the order in which a menu offers it. */
export const COPY_FORMATS = ['curl', 'curl-cmd', 'powershell', 'fetch', 'httpie', 'http'] as const;

export type CopyFormat = (typeof COPY_FORMATS)[number];

/** For a menu. Apart from what writes them, so that a page loads that when somebody copies. */
export const COPY_LABELS: Readonly<Record<CopyFormat, string>> = {
  curl: 'curl (bash, zsh, sh)',
  'curl-cmd': 'curl (cmd.exe)',
  powershell: 'PowerShell',
  fetch: 'JavaScript fetch',
  httpie: 'HTTPie',
  http: 'Raw HTTP/1.1',
};
