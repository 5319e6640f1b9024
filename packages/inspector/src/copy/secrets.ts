import type { HeaderLines } from '../exchange/header-lines.ts';

/** The one list of what is secret in an exchange: the page hides it, exports leave it out. */

/** Stands where a secret was. */
export const MASK = '***';

const HEADERS = new Set([
  'authorization',
  'proxy-authorization',
  'cookie',
  'cookie2',
  'set-cookie',
  'set-cookie2',
  'api-key',
  'apikey',
  'x-api-key',
  'x-apikey',
  'x-auth',
  'x-auth-key',
  'x-access-key',
  'x-functions-key',
  'x-goog-api-key',
  'ocp-apim-subscription-key',
  'authentication-info',
  'proxy-authentication-info',
  'x-amz-credential',
  'x-forwarded-access-token',
]);
/** `X-Csrf-Token`, `X-Hub-Signature-256`, `Cf-Access-Jwt-Assertion`, `X-Client-Secret`. */
const HEADER_ENDS =
  /(?:^|[-_])(?:authorization|token|secret|password|passwd|jwt|assertion|credentials?|api-?key|signature(?:[-_][a-z0-9]{1,16})?)$/;

const PARAMETERS = new Set([
  'token',
  'key',
  'apikey',
  'secret',
  'password',
  'passwd',
  'passphrase',
  'pwd',
  'pass',
  'sig',
  'signature',
  'hmac',
  'code',
  'otp',
  'jwt',
  'auth',
  'authorization',
  'assertion',
  'credential',
  'sessionid',
  'sid',
]);
/** With `-` and `_` taken out: `access_token`, `client-secret`, `X-Amz-Signature`, `privateKey`. */
const PARAMETER_ENDS =
  /(?:token|secret|password|signature|credential|assertion|apikey|accesskey|privatekey|secretkey|authkey)$/;

/** First words of `Authorization` that are no secret themselves. */
const SCHEMES =
  /^(?:basic|bearer|digest|negotiate|ntlm|token|hawk|dpop|signature|hoba|mutual|oauth|vapid|apikey|api-key|key|gnap|ssws|splunk|aws4-hmac-sha256|scram-sha-1|scram-sha-256)$/i;

/** Attributes of `Set-Cookie` that are no secret. */
const ATTRIBUTES =
  /^(?:path|domain|expires|max-age|secure|httponly|samesite|partitioned|priority|version)$/i;

/** Names that somebody has added to those known here: of headers, parameters and fields alike. */
export type MoreSecrets = ReadonlySet<string>;

const NO_MORE: MoreSecrets = new Set();

/** `X-Session`, `x_session` and `xSession` are one name. */
export function moreSecrets(names: readonly string[]): MoreSecrets {
  return new Set(names.map(plainName).filter((name) => name !== ''));
}

/** Says whether the value of a header is a secret; upper and lower case alike. */
export function isSecretHeader(name: string, more = NO_MORE): boolean {
  const lower = name.toLowerCase();
  return HEADERS.has(lower) || HEADER_ENDS.test(lower) || isAdded(name, more);
}

/** Names that say too little outside a query: `"code": 404`, `"key": "Enter"`. */
const VAGUE = new Set(['key', 'code', 'pass', 'auth', 'sid']);

/** Says whether a field of JSON holds a secret. */
export function isSecretField(name: string, more = NO_MORE): boolean {
  if (isAdded(name, more)) return true;
  return isSecretParameter(name) && !VAGUE.has(name.toLowerCase());
}

/** Says whether a parameter of a query or a field of a form holds a secret. */
export function isSecretParameter(name: string, more = NO_MORE): boolean {
  const plain = plainName(decoded(name));
  return PARAMETERS.has(plain) || PARAMETER_ENDS.test(plain) || more.has(plain);
}

function isAdded(name: string, more: MoreSecrets): boolean {
  return more.size > 0 && more.has(plainName(name));
}

function plainName(name: string): string {
  return name.toLowerCase().replaceAll(/[-_.[\]\s]/g, '');
}

/**
 * The value to be shown: of a secret header the scheme word (`Bearer ***`) or the names of cookies
 * (`sid=***`) stay; of any other, parameters of a URL are masked.
 */
export function maskHeader(name: string, value: string, more = NO_MORE): string {
  const lower = name.toLowerCase();
  if (lower === 'cookie' || lower === 'cookie2') return maskCookies(value);
  if (lower === 'set-cookie' || lower === 'set-cookie2') return maskSetCookie(value);
  if (!isSecretHeader(lower, more)) return /[?#@]/.test(value) ? maskTarget(value, more) : value;
  const space = value.indexOf(' ');
  const scheme = space === -1 ? '' : value.slice(0, space);
  return SCHEMES.test(scheme) ? `${scheme} ${MASK}` : MASK;
}

/** All lines, masked. */
export function maskHeaders(lines: HeaderLines, more = NO_MORE): string[] {
  const masked: string[] = [];
  for (let at = 0; at + 1 < lines.length; at += 2) {
    const name = lines[at] as string;
    masked.push(name, maskHeader(name, lines[at + 1] as string, more));
  }
  return masked;
}

/** A target or URL without its secrets: values of parameters, also in the fragment, and a password. */
export function maskTarget(target: string, more = NO_MORE): string {
  return target
    .replace(/\/\/[^/@?#\s]{1,1024}@/g, `//${MASK}@`)
    .replace(/([?&;#])([^=&;#?\s]{1,128})=([^&;#\s]*)/g, maskPair(more));
}

/** `name=value&name=value`, as queries and forms have it. */
export function maskQuery(query: string, more = NO_MORE): string {
  return query.replace(/(^|[&;])([^=&;]{1,128})=([^&;]*)/g, maskPair(more));
}

function maskPair(more: MoreSecrets): (whole: string, before: string, name: string) => string {
  return (whole, before, name) =>
    isSecretParameter(name, more) ? `${before}${name}=${MASK}` : whole;
}

function maskCookies(value: string): string {
  return value.split(';').map(maskCookie).join(';');
}

function maskCookie(pair: string): string {
  if (pair.trim() === '') return '';
  const equals = pair.indexOf('=');
  return equals === -1 ? MASK : `${pair.slice(0, equals)}=${MASK}`;
}

function maskSetCookie(value: string): string {
  const [pair = '', ...attributes] = value.split(';');
  return [maskCookie(pair), ...attributes.map(maskAttribute)].join(';');
}

function maskAttribute(attribute: string): string {
  const name = attribute.split('=', 1)[0] ?? '';
  return ATTRIBUTES.test(name.trim()) || name.trim() === '' ? attribute : ` ${MASK}`;
}

function decoded(name: string): string {
  try {
    return decodeURIComponent(name);
  } catch {
    return name;
  }
}
