import { createHash, randomBytes, timingSafeEqual } from 'node:crypto';
import type { IncomingMessage } from 'node:http';

/** Why a request is turned away; the word is the answer's `error`. */
export type Refusal =
  | { readonly status: 400; readonly error: 'bad_host' }
  | { readonly status: 403; readonly error: 'foreign_host' | 'foreign_origin' }
  | { readonly status: 405; readonly error: 'method_not_allowed' };

export interface AccessOptions {
  /** Hosts beside those of this machine: `name`, or `.suffix` for all below it. Lower case. */
  readonly allowedHosts: readonly string[];
}

const OWN_HOST = /^(localhost|127\.0\.0\.1|\[::1\]|(?:[a-z0-9-]+\.)+localhost)(?::\d{1,5})?$/;
const ANY_HOST = /^([a-z0-9.-]+)(?::\d{1,5})?$/;
const METHODS = new Set(['GET', 'HEAD', 'POST', 'PATCH', 'DELETE']);
/** Longer ones are nobody's honest Host or Origin. */
const LONGEST = 300;

/**
 * Who may talk to the inspector. It listens on this machine alone, and still any web page can send
 * requests there: by its own name under DNS rebinding, or across origins. So the Host must be one of
 * ours, an Origin must be that Host, and what reads captured traffic or changes anything shows the
 * token, which pages of others cannot have: it travels in a cookie that is sent to no foreign page's
 * request, or as a bearer token.
 */
export class Access {
  readonly token: string = randomBytes(18).toString('base64url');
  readonly #options: AccessOptions;

  constructor(options: AccessOptions) {
    this.#options = options;
  }

  /** Why this request, an upgrade too, gets no answer, whatever it asks for. */
  judge(request: IncomingMessage): Refusal | undefined {
    const hosts = valuesOf(request, 'host');
    const host = hosts[0]?.toLowerCase();
    if (hosts.length !== 1 || host === undefined || host.length > LONGEST) {
      return { status: 400, error: 'bad_host' };
    }
    if (!this.#isOurs(host)) return { status: 403, error: 'foreign_host' };
    if (!METHODS.has(request.method ?? '')) return { status: 405, error: 'method_not_allowed' };
    if (!isSameOrigin(request, host)) return { status: 403, error: 'foreign_origin' };
    return undefined;
  }

  /** Whether it shows the token: in the cookie of that name, or as a bearer token. */
  isKnown(request: IncomingMessage, cookieName: string): boolean {
    const { authorization = '', cookie = '' } = request.headers;
    if (authorization.startsWith('Bearer ')) return this.isToken(authorization.slice(7));
    const prefix = `${cookieName}=`;
    const found = cookie.split(';', 50).find((part) => part.trimStart().startsWith(prefix));
    return found !== undefined && this.isToken(found.trimStart().slice(prefix.length));
  }

  /** In a time that does not tell how much of it is right. */
  isToken(text: string): boolean {
    return timingSafeEqual(digest(text), digest(this.token));
  }

  #isOurs(host: string): boolean {
    if (OWN_HOST.test(host)) return true;
    const name = ANY_HOST.exec(host)?.[1];
    if (name === undefined) return false;
    return this.#options.allowedHosts.some((allowed) =>
      allowed.startsWith('.') ? name.endsWith(allowed) : name === allowed,
    );
  }
}

/** A browser says where a request comes from; whoever says nothing is no page. */
function isSameOrigin(request: IncomingMessage, host: string): boolean {
  const origins = valuesOf(request, 'origin');
  if (origins.length > 1) return false;
  const [origin] = origins;
  if (origin !== undefined) {
    const own = origin.toLowerCase();
    if (own !== `http://${host}` && own !== `https://${host}`) return false;
  }
  const site = request.headers['sec-fetch-site'];
  const isRead = request.method === 'GET' || request.method === 'HEAD';
  return (
    site === undefined || site === 'same-origin' || site === 'none' || (isRead && isPage(request))
  );
}

/** Following a link to the page is no harm: it runs nothing and reads nothing. */
function isPage(request: IncomingMessage): boolean {
  return request.headers['sec-fetch-mode'] === 'navigate' && request.headers.upgrade === undefined;
}

function valuesOf({ rawHeaders }: IncomingMessage, name: string): string[] {
  return rawHeaders.filter((_, i) => i % 2 === 1 && rawHeaders[i - 1]?.toLowerCase() === name);
}

function digest(text: string): Buffer {
  return createHash('sha256').update(text).digest();
}
