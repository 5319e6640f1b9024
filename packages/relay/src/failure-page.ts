import { Buffer } from 'node:buffer';
import { createHash } from 'node:crypto';
import { docsOf, type FailureCode, failureOf, statusText } from './failures.ts';

export interface RenderedFailure {
  readonly status: number;
  /** Header lines, flat; Content-Length and everything but `Connection` included. */
  readonly headers: string[];
  readonly body: Buffer;
}

type Form = 'html' | 'json' | 'text';

/**
 * The answer for `code`, in the form that `accept` asks for. `requestId` is shown, so that a visitor
 * and whoever runs the relay can speak of the same request; empty for none. `retryAfter` in seconds,
 * where the moment knows it better than the table.
 */
export function renderFailure(
  code: FailureCode,
  accept = '',
  requestId = '',
  retryAfter = failureOf(code).retryAfter,
): RenderedFailure {
  const failure = failureOf(code);
  const form = chooseForm(accept);
  const body = Buffer.from(RENDER[form](code, requestId));
  const headers = [
    'Content-Type',
    CONTENT_TYPE[form],
    'Content-Length',
    String(body.length),
    'Date',
    new Date().toUTCString(),
    'X-Sellia-Error',
    code,
    'Cache-Control',
    'no-store',
    'X-Content-Type-Options',
    'nosniff',
    'Referrer-Policy',
    'no-referrer',
  ];
  if (form === 'html') headers.push('Content-Security-Policy', PAGE_POLICY);
  if (retryAfter !== undefined) headers.push('Retry-After', String(retryAfter));
  if (failure.headers !== undefined) headers.push(...failure.headers);
  return { status: failure.status, headers, body };
}

/** Media ranges looked at; a browser sends eight. */
const RANGES_MAX = 32;

/** The first of HTML, JSON and text that has the highest quality; text for anything else. */
export function chooseForm(accept: string): Form {
  let best: Form = 'text';
  let bestQuality = 0;
  for (const range of accept.split(',', RANGES_MAX)) {
    const [type = '', ...parameters] = range.split(';');
    const form = FORM_OF.get(type.trim().toLowerCase());
    const quality = qualityOf(parameters);
    if (form === undefined || quality <= bestQuality) continue;
    best = form;
    bestQuality = quality;
  }
  return best;
}

const FORM_OF = new Map<string, Form>([
  ['text/html', 'html'],
  ['application/xhtml+xml', 'html'],
  ['application/json', 'json'],
  ['application/problem+json', 'json'],
  ['text/json', 'json'],
  ['text/plain', 'text'],
]);

function qualityOf(parameters: readonly string[]): number {
  for (const parameter of parameters) {
    const [name = '', value = ''] = parameter.split('=');
    if (name.trim().toLowerCase() !== 'q') continue;
    const quality = Number(value.trim());
    return quality >= 0 && quality <= 1 ? quality : 0;
  }
  return 1;
}

const CONTENT_TYPE: Record<Form, string> = {
  html: 'text/html; charset=utf-8',
  json: 'application/json; charset=utf-8',
  text: 'text/plain; charset=utf-8',
};

const RENDER: Record<Form, (code: FailureCode, requestId: string) => string> = {
  html: renderHtml,
  json: renderJson,
  text: renderText,
};

function renderJson(code: FailureCode, requestId: string): string {
  const { status, reason, hint } = failureOf(code);
  const error = { code, status, reason, hint, docs: docsOf(code), requestId };
  return `${JSON.stringify({ error })}\n`;
}

function renderText(code: FailureCode, requestId: string): string {
  const { status, reason, hint } = failureOf(code);
  const request = requestId === '' ? '' : `Request: ${requestId}\n`;
  return `${status} ${statusText(status)}\n${reason}\n${hint}\n\n${code} (${docsOf(code)})\n${request}`;
}

function renderHtml(code: FailureCode, requestId: string): string {
  const { status, reason, hint } = failureOf(code);
  const request = requestId === '' ? '' : `<dt>Request</dt><dd>${escapeHtml(requestId)}</dd>`;
  return `<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<meta name="robots" content="noindex">
<title>${status} ${escapeHtml(statusText(status))}</title>
<style>${STYLE}</style>
</head>
<body>
<main>
<p class="status">${status}</p>
<h1>${escapeHtml(reason)}</h1>
<p>${escapeHtml(hint)}</p>
<dl><dt>Code</dt><dd>${code}</dd>${request}</dl>
<footer>Sellia relay</footer>
</main>
</body>
</html>
`;
}

/** Safe in element content and in quoted attributes. */
export function escapeHtml(text: string): string {
  return text.replaceAll(/[&<>"'`]/g, (char) => `&#${char.charCodeAt(0)};`);
}

export const STYLE = `:root{color-scheme:light dark;--ink:#1c1c22;--soft:#6a6a78;--line:#dcdce4;--page:#fafafc;--accent:#5b4fd6}
@media(prefers-color-scheme:dark){:root{--ink:#ececf2;--soft:#9a9aab;--line:#33333f;--page:#16161c;--accent:#a79dff}}
*{box-sizing:border-box}
body{margin:0;min-height:100vh;display:grid;place-items:center;padding:2rem;background:var(--page);color:var(--ink);font:1rem/1.6 system-ui,sans-serif}
main{max-width:34rem;width:100%}
.status{margin:0;color:var(--accent);font-size:3.5rem;font-weight:700;line-height:1.1;letter-spacing:-.03em}
h1{margin:.5rem 0 1rem;font-size:1.35rem;line-height:1.35}
p{margin:0 0 1rem;color:var(--soft)}
dl{display:grid;grid-template-columns:max-content 1fr;gap:.25rem 1rem;margin:1.5rem 0;padding:1rem 0;border-top:1px solid var(--line);border-bottom:1px solid var(--line);font-size:.875rem}
dt{color:var(--soft)}
dd{margin:0;overflow-wrap:anywhere;font-family:ui-monospace,monospace}
code{font-family:ui-monospace,monospace}
footer{color:var(--soft);font-size:.8rem}`;

/** Nothing is loaded, nothing runs; only this very style applies. */
export const PAGE_POLICY = [
  "default-src 'none'",
  `style-src 'sha256-${createHash('sha256').update(STYLE).digest('base64')}'`,
  "base-uri 'none'",
  "form-action 'none'",
  "frame-ancestors 'none'",
].join('; ');
