/** 2.B, the request target: byte for byte, and every path of a tunnel belongs to the tunnel. */
import { afterAll, afterEach, beforeAll, expect, test } from 'vitest';
import { bytesOf, type InProcessRig, oracle, startRig } from './rig.ts';

let rig: InProcessRig;
beforeAll(async () => {
  rig = await startRig();
});
afterEach(() => rig.reset());
afterAll(() => rig.close());

const H = 'Host: one.test\r\n';

const targets = [
  '/a/../b',
  '/./',
  '//x//',
  '/%2e%2e/%2E',
  '/..%2f',
  '/%2F',
  '/a;b=c',
  '/?',
  '/??',
  '/a?b=/../',
  '/%zz',
  '/%',
  '/%u0041',
  '/\\..\\x',
  '/%00',
  '/%c0%af',
  "/~!$&'()*+,;=:@",
  `/${'a'.repeat(8_000)}`,
  '/',
  '//',
  '///',
  '/..',
  '/../../etc/passwd',
  '/%0d%0aSet-Cookie:%20a=b',
  '/%0a',
  '/a%20b',
  '/a+b',
  '/"q"',
  '/<x>',
  '/{a}|b^`c`',
  '/[1]',
  '/a?b=c&d=%26&&e',
  '/a?b#'.slice(0, 4),
  '/?a=b?c=d',
  '/a:b',
  '//evil.example/p',
  '/\\evil.example',
  '/http://evil.example/',
  '/.%2e/',
  '/%252e',
  '/*',
  '/a//b///c',
  '/;',
  '/;jsessionid=1',
  '/%ff%fe',
  '/index.php/x.jpg',
  '/a?q=1;b',
  '/%5c..%5c',
  '/.git/config',
  '/@',
  '/~',
  '/a?x=%',
  '/p?__proto__[x]=1',
  `/?${'b'.repeat(8_000)}`,
  `/${'%41'.repeat(2_000)}`,
];
for (const method of ['GET', 'POST']) {
  for (const target of targets) {
    // Two paths lead upstream, one without and one with a body: neither may touch the target.
    test(`B24 ${method} ${target.slice(0, 60)} is byte-exact`, async () => {
      const body = method === 'POST' ? 'Content-Length: 5\r\n\r\nhello' : '\r\n';
      const bytes = `${method} ${target} HTTP/1.1\r\n${H}${body}`;
      const { exchanges } = await oracle(rig, bytes, { status: 200, requests: 1 });
      const line = `${method} ${target} HTTP/1.1`;
      expect(exchanges[0]?.request.rawHead.subarray(0, line.length)).toEqual(bytesOf(line));
      expect(exchanges[0]?.request.startLine).toBe(line);
    });
  }
}

for (const target of ['/\xe4', '/\xff', '/caf\xc3\xa9', '/?q=\x80', '/\x7f', '/\x01', '/\x1b[2J']) {
  test(`B25 ${JSON.stringify(target)} is refused`, async () => {
    await oracle(rig, `GET ${target} HTTP/1.1\r\n${H}\r\n`, { status: 400 });
    expect(rig.origin.exchanges).toEqual([]);
  });
}

const own = [
  '/api/admin/api-keys',
  '/ws',
  '/health',
  '/tunnel/verify',
  '/metrics',
  '/.well-known/x',
  '/favicon.ico',
  '/_sellia/connect',
  '/_sellia/',
  '/_sellia',
  '/.sellia/control',
  '/api',
  '/admin',
  '/robots.txt',
  '/.well-known/acme-challenge/x',
  '/healthz',
  '/readyz',
  '/ask',
  '/__sellia',
];
for (const path of own) {
  test(`B26 ${path} of a tunnel reaches O`, async () => {
    const { exchanges } = await oracle(rig, `GET ${path} HTTP/1.1\r\n${H}\r\n`, {
      status: 200,
      requests: 1,
    });
    expect(exchanges[0]?.request.target).toBe(path);
  });

  test(`B26 an upgrade to ${path} of a tunnel reaches O`, async () => {
    rig.origin.answers('HTTP/1.1 404 Not Found\r\nContent-Length: 3\r\n\r\nno!');
    const bytes = `GET ${path} HTTP/1.1\r\n${H}Connection: Upgrade\r\nUpgrade: websocket\r\nSec-WebSocket-Version: 13\r\nSec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==\r\nSec-WebSocket-Protocol: sellia.v1\r\n\r\n`;
    const visitor = await rig.send(bytes);
    const response = await visitor.response();
    expect([response.status, response.text]).toEqual([404, 'no!']);
    expect(rig.origin.exchanges[0]?.request.target).toBe(path);
    expect(rig.origin.exchanges[0]?.request.value('upgrade')).toBe('websocket');
    await visitor.closed();
    await rig.canary();
  });
}
