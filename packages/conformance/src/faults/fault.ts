/** Whom a connection through the proxy belongs to: `near` dialled the proxy, `far` is its target. */
export type Side = 'near' | 'far';

/** `up`: from near to far; `down`: back. */
export type Direction = 'up' | 'down';

/** One thing that goes wrong on a link, as a value: what a schedule is made of. */
export type Fault =
  | { readonly kind: 'cut'; readonly how: 'fin' | 'rst'; readonly side: Side | 'both' }
  | { readonly kind: 'black-hole'; readonly where: Direction | 'both' }
  | { readonly kind: 'refuse' }
  | { readonly kind: 'delay'; readonly ms: number }
  | { readonly kind: 'throttle'; readonly bytesPerSecond: number }
  | { readonly kind: 'slice'; readonly bytes: number; readonly gapMs: number }
  | { readonly kind: 'half-close'; readonly direction: Direction }
  | { readonly kind: 'heal' };

export type FaultKind = Fault['kind'];

/** `cut rst both`, `delay 120`: for a failing test's output. */
export function faultText(fault: Fault): string {
  const { kind, ...figures } = fault;
  return [kind, ...Object.values(figures)].join(' ');
}
