import { createHash } from 'node:crypto';
import { describe, expect, test } from 'vitest';
import { chooseForm, escapeHtml, renderFailure } from '../src/failure-page.ts';
import { FAILURES, type FailureCode, failureFromWire, failureOf } from '../src/failures.ts';

const codes = Object.keys(FAILURES) as FailureCode[];

function headersOf(lines: readonly string[]): Map<string, string> {
  const names = lines.filter((_, i) => i % 2 === 0);
  return new Map(names.map((name, i) => [name.toLowerCase(), lines[2 * i + 1] as string]));
}

describe('every failure', () => {
  for (const code of codes) {
    test(`${code} has its answer in three forms`, () => {
      const { status, reason, hint } = failureOf(code);
      expect(status).toBeGreaterThanOrEqual(400);
      expect(reason).toMatch(/^[A-Z][^\n]*\.$/);
      expect(hint).toMatch(/^[A-Z][^\n]*\.$/);
      for (const accept of ['text/html', 'application/json', 'text/plain']) {
        const { headers, body } = renderFailure(code, accept, 'request-1');
        expect(headersOf(headers).get('x-sellia-error')).toBe(code);
        expect(headersOf(headers).get('content-length')).toBe(String(body.length));
        for (const shown of [code, String(status), 'request-1'])
          expect(body.toString()).toContain(shown);
      }
    });
  }
});

test('what the status requires is there', () => {
  const header = (code: FailureCode, name: string) =>
    headersOf(renderFailure(code).headers).get(name);
  expect(header('SELLIA_METHOD_NOT_ALLOWED', 'allow')).toContain('GET');
  expect(header('SELLIA_UPGRADE_VERSION', 'sec-websocket-version')).toBe('13');
  expect(header('SELLIA_UNAUTHORIZED', 'www-authenticate')).toContain('Bearer');
  expect(header('SELLIA_TUNNEL_BUSY', 'retry-after')).toBe('1');
});

test('JSON is JSON', () => {
  const { body } = renderFailure('SELLIA_UPSTREAM_REFUSED', 'application/json', 'r"1');
  expect(JSON.parse(body.toString()).error).toMatchObject({
    code: 'SELLIA_UPSTREAM_REFUSED',
    status: 502,
    docs: 'docs/errors.md#sellia_upstream_refused',
    requestId: 'r"1',
  });
});

describe('the page', () => {
  test('escapes what is not its own', () => {
    const hostile = `<img src=x onerror=alert(1)>"'\`&`;
    const page = renderFailure('SELLIA_TUNNEL_NOT_FOUND', 'text/html', hostile).body.toString();
    expect(page).not.toContain('<img');
    expect(page).toContain('&#60;img src=x onerror=alert(1)&#62;&#34;&#39;&#96;&#38;');
    expect(escapeHtml('plain text')).toBe('plain text');
  });

  test('allows by its policy exactly its own style, and has nothing else to load or run', () => {
    const { headers, body } = renderFailure('SELLIA_TUNNEL_NOT_FOUND', 'text/html');
    const style = /<style>(.*)<\/style>/s.exec(body.toString())?.[1] ?? '';
    const hash = createHash('sha256').update(style).digest('base64');
    expect(headersOf(headers).get('content-security-policy')).toContain(`'sha256-${hash}'`);
    expect(body.toString()).not.toMatch(/<script|<link|src=|href=|style=|\son[a-z]+=/);
  });
});

const forms: [string, string][] = [
  ['', 'text'],
  ['*/*', 'text'],
  ['text/html,application/xhtml+xml,application/xml;q=0.9,*/*;q=0.8', 'html'],
  ['application/json', 'json'],
  ['application/json, text/plain, */*', 'json'],
  ['text/html;q=0.5, application/json;q=0.6', 'json'],
  ['text/html;q=0, text/plain', 'text'],
  ['TEXT/HTML ; Q=1', 'html'],
  ['text/html;q=nonsense', 'text'],
  [' '.repeat(16 * 1024), 'text'],
];
for (const [accept, form] of forms) {
  test(`${JSON.stringify(accept.slice(0, 40))} is answered in ${form}`, () => {
    expect(chooseForm(accept)).toBe(form);
  });
}

test('a code from the wire is answered with a server’s status, known or not', () => {
  expect(failureFromWire('SELLIA_UPSTREAM_TIMEOUT')).toBe('SELLIA_UPSTREAM_TIMEOUT');
  for (const code of ['SELLIA_UNAUTHORIZED', 'SELLIA_CANCELLED', 'constructor', '']) {
    expect(failureFromWire(code)).toBe('SELLIA_PROTOCOL');
  }
});
