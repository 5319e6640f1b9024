/** Cookies of one header, and attributes of one cookie; more is left out. */
export const COOKIES_MAX = 300;

/** What browsers keep of name and value together (RFC 6265bis section 5.6); they drop longer ones. */
export const COOKIE_SIZE_MAX = 4096;

/** A name and a value as sent: browsers decode neither. */
export interface CookiePair {
  readonly name: string;
  readonly value: string;
}

/** A `Set-Cookie` as a browser takes it. */
export interface SetCookie extends CookiePair {
  /** As written, in order, such as `Path` and `/`; the value is empty for a flag. */
  readonly attributes: readonly CookiePair[];
  /** Seconds; negative or 0 deletes. Undefined where it is not told or no number. */
  readonly maxAge?: number;
  /** Unix time in milliseconds. Undefined where it is not told or no date. */
  readonly expiresAt?: number;
  readonly isSecure: boolean;
  readonly isHttpOnly: boolean;
  /** Why a browser would refuse it, or what it would overlook: one sentence each. */
  readonly notes: readonly string[];
}

/** The cookies of a `Cookie` header. Never throws. */
export function requestCookies(header: string): CookiePair[] {
  return pieces(header)
    .filter((piece) => piece.trim() !== '')
    .map(pairOf);
}

/** A `Set-Cookie` header, which holds one cookie. Never throws. */
export function responseCookie(header: string): SetCookie {
  const [first = '', ...others] = pieces(header);
  const pair = pairOf(first);
  const attributes = others.filter((piece) => piece.trim() !== '').map(attributeOf);
  const maxAge = numberOf(lastValue(attributes, 'max-age'));
  const expiresAt = timeOf(lastValue(attributes, 'expires'));
  return {
    ...pair,
    attributes,
    ...(maxAge === undefined ? {} : { maxAge }),
    ...(expiresAt === undefined ? {} : { expiresAt }),
    isSecure: lastValue(attributes, 'secure') !== undefined,
    isHttpOnly: lastValue(attributes, 'httponly') !== undefined,
    notes: notesOn(pair, attributes),
  };
}

function pieces(header: string): string[] {
  return header.split(';', COOKIES_MAX);
}

/** Browsers take a piece without `=` for a value without a name. */
function pairOf(piece: string): CookiePair {
  const equals = piece.indexOf('=');
  const name = equals < 0 ? '' : piece.slice(0, equals).trim();
  return { name, value: piece.slice(equals + 1).trim() };
}

function attributeOf(piece: string): CookiePair {
  return piece.includes('=') ? pairOf(piece) : { name: piece.trim(), value: '' };
}

/** Of equal attributes the last counts. */
function lastValue(attributes: readonly CookiePair[], name: string): string | undefined {
  return attributes.findLast((each) => each.name.toLowerCase() === name)?.value;
}

function numberOf(text: string | undefined): number | undefined {
  return text !== undefined && /^-?\d{1,15}$/.test(text) ? Number(text) : undefined;
}

/** A date is some 30 characters; a longer text is not tried. */
function timeOf(text: string | undefined): number | undefined {
  const time = text === undefined || text.length > 60 ? Number.NaN : Date.parse(text);
  return Number.isNaN(time) ? undefined : time;
}

function notesOn({ name, value }: CookiePair, attributes: readonly CookiePair[]): string[] {
  const isSecure = lastValue(attributes, 'secure') !== undefined;
  const hasDomain = (lastValue(attributes, 'domain') ?? '') !== '';
  const isCrossSite = lastValue(attributes, 'samesite')?.toLowerCase() === 'none';
  const isHost = name.toLowerCase().startsWith('__host-');
  const isPrefixed = isHost || name.toLowerCase().startsWith('__secure-');
  const notes: string[] = [];
  if (isCrossSite && !isSecure) notes.push('SameSite=None needs Secure: browsers refuse it.');
  if (isPrefixed && !isSecure) notes.push('Its name promises Secure: browsers refuse it.');
  if (isHost && (hasDomain || lastValue(attributes, 'path') !== '/')) {
    notes.push('__Host- needs Path=/ and no Domain: browsers refuse it.');
  }
  if (new TextEncoder().encode(name + value).length > COOKIE_SIZE_MAX) {
    notes.push(`Longer than ${COOKIE_SIZE_MAX} bytes: browsers refuse it.`);
  }
  if (name === '' && value === '') notes.push('It has no name and no value: browsers refuse it.');
  const expires = lastValue(attributes, 'expires');
  if (expires !== undefined && timeOf(expires) === undefined) notes.push('Expires is no date.');
  return notes;
}
