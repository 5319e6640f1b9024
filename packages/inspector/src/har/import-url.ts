import { asLatin1 } from '../copy/text.ts';

const SHAPE = /^(http|ws)(s?):\/\/([^/?#]*)([^#]*)/i;

/** A URL of a file, taken apart. */
export interface ImportedUrl {
  readonly scheme: 'http' | 'https';
  /** Without user and password. */
  readonly host: string;
  readonly target: string;
  readonly isSocket: boolean;
}

/** What is no URL of HTTP or a WebSocket becomes a target as it stands. Never throws. */
export function importUrl(url: string): ImportedUrl {
  const found = SHAPE.exec(url);
  if (found === null) return { scheme: 'http', host: '', target: asLatin1(url), isSocket: false };
  const [, name = '', secure = '', authority = '', rest = ''] = found;
  return {
    scheme: secure === '' ? 'http' : 'https',
    host: asLatin1(authority.slice(authority.lastIndexOf('@') + 1)),
    target: asLatin1(rest.startsWith('/') ? rest : `/${rest}`),
    isSocket: name.toLowerCase() === 'ws',
  };
}
