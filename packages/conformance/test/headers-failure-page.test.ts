/** Answers that the relay makes itself: nothing a visitor or an upstream said comes back as markup. */
import { afterAll, afterEach, beforeAll, expect, test } from 'vitest';
import { type InProcessRig, startRig } from '../src/rig/index.ts';

let rig: InProcessRig;
beforeAll(async () => {
  rig = await startRig();
});
afterEach(() => rig.reset());
afterAll(() => rig.close());

const EVIL = '"><script>alert(1)</script>';

const asked: [string, string][] = [
  ['unknown tunnel', `GET /${EVIL} HTTP/1.1\r\nHost: nobody.test\r\n`],
  ['foreign host', `GET /${EVIL} HTTP/1.1\r\nHost: nobody.example\r\n`],
  ['bad Host', `GET /${EVIL} HTTP/1.1\r\nHost: ${EVIL}\r\n`],
  ['bad target', `GET ${EVIL} HTTP/1.1\r\nHost: one.test\r\n`],
  ['TRACE', `TRACE /${EVIL} HTTP/1.1\r\nHost: one.test\r\nX-Evil: ${EVIL}\r\n`],
  [
    'broken upstream',
    `GET /${EVIL} HTTP/1.1\r\nHost: one.test\r\nReferer: ${EVIL}\r\nX-Request-Id: ${EVIL}\r\n`,
  ],
];
for (const [what, head] of asked) {
  for (const accept of ['text/html', 'application/json', 'text/plain', '*/*', EVIL]) {
    test(`B30 ${what}, Accept: ${accept}`, async () => {
      rig.origin.answers(`HTTP/1.1 200 ${EVIL}\r\nX: ${EVIL}\r\nContent-Length: x\r\n\r\n${EVIL}`);
      const visitor = await rig.send(`${head}Accept: ${accept}\r\n\r\n`);
      const response = await visitor.response();
      expect(response.status).toBeGreaterThanOrEqual(400);
      expect(visitor.received.toString('latin1')).not.toContain('<script>alert');
      expect(response.values('content-type').length).toBe(1);
      expect(response.value('x-content-type-options')).toBe('nosniff');
      if (response.value('content-type')?.startsWith('application/json')) {
        expect(() => JSON.parse(response.text)).not.toThrow();
      }
    });
  }
}

test('B30 HEAD gets the head of a failure and no body', async () => {
  const visitor = await rig.send(
    'HEAD / HTTP/1.1\r\nHost: nobody.test\r\n\r\nGET / HTTP/1.1\r\nHost: one.test\r\n\r\n',
    {
      methods: ['HEAD', 'GET'],
    },
  );
  const response = await visitor.head();
  expect(response.status).toBe(404);
  // The next answer begins where the head ended, or the connection ends there.
  await visitor.when(() => visitor.messages.length === 2 || !visitor.isOpen, 'more, or the end');
  expect(visitor.reader.badness).toBeUndefined();
});

test('I24 an unknown name and a reserved one are answered alike', async () => {
  const pages: string[] = [];
  for (const name of ['nobody-here', 'admin', 'www', 'api']) {
    const visitor = await rig.send(
      `GET /p HTTP/1.1\r\nHost: ${name}.test\r\nAccept: text/plain\r\n\r\n`,
    );
    const { status, text } = await visitor.response();
    pages.push(`${status} ${text.replaceAll(name, 'NAME').replace(/[0-9a-f-]{10,}/g, 'ID')}`);
  }
  expect(new Set(pages).size).toBe(1);
});
