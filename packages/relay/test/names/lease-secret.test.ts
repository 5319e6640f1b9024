import { expect, test } from 'vitest';
import { LeaseSecrets } from '../../src/names/lease-secret.ts';

const key = Buffer.alloc(32, 1);

test('a lease is proved by its secret and by nothing else', () => {
  const secrets = new LeaseSecrets(key, () => 1_800_000_000_000);
  const id = secrets.start();
  const secret = secrets.of('myapp', id);
  expect(secret).toMatch(/^v1\.mywpiww0\.[\w-]{16}\.[\w-]{43}$/);
  expect(secrets.read(secret, 'myapp')).toEqual(id);
  expect(new LeaseSecrets(key).read(secret, 'myapp')).toEqual(id);
  expect(new LeaseSecrets().read(secret, 'myapp')).toBeUndefined();
  expect(secrets.read(secret, 'myapp2')).toBeUndefined();
});

test('each lease has a secret of its own', () => {
  const secrets = new LeaseSecrets(key, () => 7);
  const made = Array.from({ length: 100 }, () => secrets.of('myapp', secrets.start()));
  expect(new Set(made).size).toBe(100);
});

test('whatever was changed, proves nothing', () => {
  const secrets = new LeaseSecrets(key);
  const id = secrets.start();
  const secret = secrets.of('myapp', id);
  const [version, time = '', nonce, proof] = secret.split('.');
  const later = (id.startedAt + 1).toString(36);
  const forged = [
    '',
    'v1...',
    secret.slice(1),
    `${secret}x`,
    secret.toUpperCase(),
    `${secret}\udfff`,
    [version, later, nonce, proof].join('.'),
    [version, `0${time}`, nonce, proof].join('.'),
    [version, time, 'A'.repeat(16), proof].join('.'),
    [version, time, nonce, 'A'.repeat(43)].join('.'),
    ['v2', time, nonce, proof].join('.'),
    secret.repeat(10_000),
  ];
  for (const text of forged) expect(secrets.read(text, 'myapp')).toBeUndefined();
});
