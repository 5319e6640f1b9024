import { afterAll, afterEach, beforeAll, expect, test } from 'vitest';
import { type HttpMessage, type InProcessRig, startRig } from '../src/rig/index.ts';
import { handshake, switchProtocols } from '../src/servers/upgrade.ts';

let rig: InProcessRig;
beforeAll(async () => {
  rig = await startRig();
});
afterEach(() => rig.reset());
afterAll(() => rig.close());

/** To the local app every visitor seems to be on this machine: these lines say who it is. */
function expectForwarded(request: HttpMessage): void {
  expect(request.values('x-forwarded-for')).toEqual(['127.0.0.1']);
  expect(request.values('x-forwarded-host')).toEqual([rig.host]);
  expect(request.values('x-forwarded-proto')).toEqual(['http']);
}

test.each(['GET', 'HEAD', 'POST', 'OPTIONS'])(
  'J28 the local app sees who asks: %s',
  async (method) => {
    const headers = method === 'POST' ? 'Content-Length: 0\r\n' : '';
    await rig.ask('/', { method, headers });
    expectForwarded((await rig.origin.exchange()).request);
  },
);

test('J28 ... and who opens a WebSocket', async () => {
  rig.origin.script = (exchange) => switchProtocols(exchange);
  const visitor = await rig.send(handshake(rig));
  await visitor.head();
  expectForwarded((await rig.origin.exchange()).request);
});
