import type { ExchangeRow } from '../api/types.ts';

/** What the visitor opened, `ws:` of a WebSocket. Text: whether it may be a link is another question. */
export function publicUrl({ kind, scheme, host, target }: ExchangeRow): string {
  const protocol = kind === 'websocket' ? scheme.replace('http', 'ws') : scheme;
  return `${protocol}://${host}${target}`;
}

/** Without the query. */
export function pathOf(target: string): string {
  return target.split('?', 1)[0] ?? '';
}

/** Where the local server is reached; undefined where that is no plain HTTP server of one address. */
export function localOrigin(target: string | undefined): string | undefined {
  if (target === undefined) return undefined;
  if (/^https?:\/\/[^/?#\s]+\/?$/i.test(target)) return target.replace(/\/$/, '');
  if (/^\d{1,5}$/.test(target)) return `http://localhost:${target}`;
  return /^[^\s/?#@:]+:\d{1,5}$/.test(target) ? `http://${target}` : undefined;
}
