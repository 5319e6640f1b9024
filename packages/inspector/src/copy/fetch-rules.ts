import type { PreparedRequest } from './prepare.ts';
import { survivesParsing } from './url-rules.ts';

/** Refused by every fetch: with one of them it throws. */
export function isFetchForbidden(lowerName: string): boolean {
  return lowerName === 'expect';
}

/** Fetch standard, "forbidden request-header": a page may not set them, Node may. */
const BROWSER_FORBIDDEN = new Set([
  'accept-charset',
  'accept-encoding',
  'access-control-request-headers',
  'access-control-request-method',
  'cookie',
  'cookie2',
  'date',
  'dnt',
  'host',
  'origin',
  'referer',
  'set-cookie',
  'via',
]);

/** In what fetch will differ from the request; sentences. */
export function fetchWarnings(request: PreparedRequest): string[] {
  const { method, hasBody, target } = request;
  const warnings: string[] = [];
  if (/^(?:connect|trace|track)$/i.test(method)) warnings.push(`fetch refuses ${method}.`);
  if (/^(?:delete|get|head|options|post|put)$/.test(method)) {
    warnings.push(`fetch sends ${method} in upper case.`);
  }
  if (hasBody && /^(?:get|head)$/i.test(method)) {
    warnings.push(`fetch sends no body with ${method}; it was left out.`);
  }
  if (!survivesParsing(target)) {
    warnings.push(
      'fetch changes this target: it resolves dot segments and encodes some characters.',
    );
  }
  warnings.push(...headerWarnings(request.headers));
  return warnings;
}

function headerWarnings(headers: readonly string[]): string[] {
  const names = headers.filter((_, at) => at % 2 === 0);
  const unset = names.filter(isUnsettable);
  const warnings: string[] = [];
  if (names.some((name) => isFetchForbidden(name.toLowerCase()))) {
    warnings.push('fetch refuses Expect; it was left out.');
  }
  if (unset.length > 0) {
    warnings.push(`A browser sets these by itself and ignores the text's: ${unset.join(', ')}.`);
  }
  if (new Set(names.map((name) => name.toLowerCase())).size < names.length) {
    warnings.push('fetch joins repeated headers to one line.');
  }
  if (names.length > 0) warnings.push('fetch adds headers of its own where there are none.');
  return warnings;
}

function isUnsettable(name: string): boolean {
  const lower = name.toLowerCase();
  return BROWSER_FORBIDDEN.has(lower) || lower.startsWith('sec-');
}
