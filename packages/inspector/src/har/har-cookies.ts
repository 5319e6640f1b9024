import type { HeaderLines } from '../exchange/header-lines.ts';
import type { HarCookie } from './har-log.ts';

/** Every cookie of `Cookie` lines. */
export function requestCookies(lines: HeaderLines): HarCookie[] {
  return valuesOf(lines, 'cookie')
    .flatMap((value) => value.split(';'))
    .map(splitPair)
    .filter((cookie) => cookie.name !== '' || cookie.value !== '');
}

/** Every cookie of `Set-Cookie` lines. */
export function responseCookies(lines: HeaderLines): HarCookie[] {
  return valuesOf(lines, 'set-cookie').map(setCookie);
}

function setCookie(value: string): HarCookie {
  const [pair = '', ...attributes] = value.split(';');
  let cookie = splitPair(pair);
  for (const attribute of attributes) cookie = { ...cookie, ...attributeOf(splitPair(attribute)) };
  return cookie;
}

function attributeOf({ name, value }: HarCookie): Partial<HarCookie> {
  switch ((name === '' ? value : name).toLowerCase()) {
    case 'path':
      return { path: value };
    case 'domain':
      return { domain: value };
    case 'expires':
      return expiresAt(value);
    case 'httponly':
      return { httpOnly: true };
    case 'secure':
      return { secure: true };
    case 'samesite':
      return { sameSite: value };
    default:
      return {};
  }
}

function expiresAt(value: string): Partial<HarCookie> {
  const time = Date.parse(value);
  return Number.isNaN(time) ? {} : { expires: new Date(time).toISOString() };
}

/** Without `=` it is a value without a name, as browsers have it. */
function splitPair(pair: string): HarCookie {
  const equals = pair.indexOf('=');
  if (equals === -1) return { name: '', value: pair.trim() };
  return { name: pair.slice(0, equals).trim(), value: pair.slice(equals + 1).trim() };
}

function valuesOf(lines: HeaderLines, name: string): string[] {
  const values: string[] = [];
  for (let at = 0; at + 1 < lines.length; at += 2) {
    if (lines[at]?.toLowerCase() === name) values.push(lines[at + 1] as string);
  }
  return values;
}
