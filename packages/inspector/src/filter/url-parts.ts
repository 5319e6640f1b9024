import type { ExchangeRow } from '../exchange/row.ts';

type UrlRow = Pick<ExchangeRow, 'scheme' | 'host' | 'target'>;

/** The public URL, its target as the visitor sent it. */
export function urlOf({ scheme, host, target }: UrlRow): string {
  return `${scheme}://${host}${target}`;
}

export function hostOf({ host }: UrlRow): string {
  return host;
}

/** Up to the `?`. */
export function pathOf({ target }: UrlRow): string {
  const mark = target.indexOf('?');
  return mark < 0 ? target : target.slice(0, mark);
}

/** Behind the `?`; empty without. */
export function queryOf({ target }: UrlRow): string {
  const mark = target.indexOf('?');
  return mark < 0 ? '' : target.slice(mark + 1);
}
