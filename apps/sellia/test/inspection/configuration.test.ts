import { expect, test } from 'vitest';
import { configurationOf, type TunnelChoice } from '../../src/inspection/configuration.ts';

const choice: TunnelChoice = {
  target: 'localhost:8080',
  relay: {
    server: 'https://relay.test',
    serverSource: '/home/ada/.config/sellia/sellia.yml',
    keySource: 'SELLIA_API_KEY',
    apiKey: 'sk_very_secret',
    warnings: [],
  },
  waitUpstreamMs: 5_000,
  inspector: {
    port: undefined,
    isOpened: false,
    socketLevel: 'stats',
    allowedHosts: [],
    isStrict: false,
  },
  flags: { subdomain: 'api' },
  filePath: '/home/ada/.config/sellia/sellia.yml',
  hasFile: true,
};

const told = (changes: Partial<TunnelChoice> = {}) =>
  Object.fromEntries(
    configurationOf({ ...choice, ...changes }).map(({ name, value, source }) => [
      name,
      source === '' ? value : `${value} by ${source}`,
    ]),
  );

test('each setting is told with where it was made, and the key is not', () => {
  expect(told()).toEqual({
    'Forwards to': 'localhost:8080',
    Relay: 'https://relay.test by /home/ada/.config/sellia/sellia.yml',
    Key: '*** by SELLIA_API_KEY',
    Name: 'api by --subdomain',
    'Shares its name': 'no',
    'Host header': 'public',
    'Waits for the local server': '5.0s',
    'Contents of WebSockets': 'stats',
    'Other hosts of this page': 'none',
    "Token for ngrok's paths": 'not asked for',
    'Configuration file': '/home/ada/.config/sellia/sellia.yml',
  });
  expect(JSON.stringify(configurationOf(choice))).not.toContain('secret');
});

test('what was left out is told as what it comes to', () => {
  const { server, serverSource, warnings } = choice.relay;
  const relay = { server, serverSource, keySource: '', warnings };
  const flags = { remember: false, insecureUpstream: true };
  expect(told({ relay, flags, waitUpstreamMs: 0, hasFile: false })).toMatchObject({
    Key: 'none',
    Name: 'one that the relay chooses',
    'Waits for the local server': 'not at all',
    "The local server's certificate": 'not checked by --insecure-upstream',
    'Configuration file': 'none at /home/ada/.config/sellia/sellia.yml',
  });
});
