import { describe, expect, test } from 'vitest';
import { ConnectRate, networkOf } from '../../src/ingress/connect-rate.ts';
import { RawVisitor } from '../raw-visitor.ts';
import { RelayFixture } from '../relay-fixture.ts';

describe('connections of one network', () => {
  test('a burst, then a rate; another network has its own', () => {
    const rate = new ConnectRate(100, 10);
    const admitted = (address: string, at: number) =>
      Array.from({ length: 1_000 }, () => rate.admits(address, at)).filter(Boolean).length;
    expect(admitted('192.0.2.1', 0)).toBe(10);
    expect(admitted('192.0.2.2', 0)).toBe(10);
    expect(admitted('192.0.2.1', 50)).toBe(5);
    expect(admitted('192.0.2.1', 60_000)).toBe(10);
  });

  test('0 is no limit', () => {
    const rate = new ConnectRate(0, 0);
    expect(Array.from({ length: 10_000 }, () => rate.admits('x', 0))).not.toContain(false);
  });

  test('a flood from ten thousands of addresses is forgotten, not kept', () => {
    const rate = new ConnectRate(1, 1);
    expect([rate.admits('first', 0), rate.admits('first', 0)]).toEqual([true, false]);
    for (let i = 0; i < 10_000; i++) rate.admits(`address-${i}`, 0);
    expect(rate.admits('first', 0)).toBe(true);
  });

  test.each([
    ['192.0.2.1', '192.0.2.1'],
    ['2001:db8:1:2:3:4:5:6', '2001:db8:1:2'],
    ['2001:db8:1:2::6', '2001:db8:1:2'],
    ['2001:db8::', '2001:db8:0:0'],
    ['::1', '0:0:0:0'],
    ['::', '0:0:0:0'],
    ['64:ff9b::192.0.2.1', '64:ff9b:0:0'],
    ['2001:DB8:0:2::1', '2001:db8:0:2'],
  ])('%s is of %s', (address, network) => {
    expect(networkOf(address)).toBe(network);
  });
});

test('G07 what comes too fast from one address is reset, another address is served', async () => {
  await using fixture = await RelayFixture.start({
    host: '::',
    limits: { connectsPerSecond: 10, connectBurst: 20 },
  });
  const ask = async (host: string) => {
    const visitor = await RawVisitor.open(fixture.relay.port, host);
    visitor.send('GET /health HTTP/1.1\r\nHost: test\r\nConnection: close\r\n\r\n');
    await visitor.closed();
    visitor.socket.destroy();
    return visitor.text.startsWith('HTTP/1.1 200');
  };
  const answers = await Promise.all(Array.from({ length: 200 }, () => ask('127.0.0.1')));
  expect(answers.filter(Boolean)).toHaveLength(20);
  expect(await ask('::1')).toBe(true);
  await fixture.clock.advance(1_000);
  expect(await ask('127.0.0.1')).toBe(true);
});
