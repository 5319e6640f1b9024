import { generateKeyPairSync, randomBytes, sign } from 'node:crypto';

/**
 * Self-signed certificates made on the spot, so that no key lies in the repository and none runs
 * out. Just enough DER (X.690) for a P-256 certificate (RFC 5280).
 */
export interface Certificate {
  /** PEM. It signs itself, so it is its own authority as well. */
  readonly certificate: string;
  readonly key: string;
}

export interface CertificateOptions {
  /** DNS names or IPv4 addresses. */
  readonly names: readonly string[];
  /** Default: an hour ago. */
  readonly notBefore?: Date;
  /** Default: in a day. */
  readonly notAfter?: Date;
}

const HOUR = 3_600_000;

export function makeCertificate(options: CertificateOptions): Certificate {
  const { publicKey, privateKey } = generateKeyPairSync('ec', { namedCurve: 'P-256' });
  const now = Date.now();
  const name = sequence(set(sequence(oid('550403'), utf8(options.names[0] ?? 'nobody'))));
  const algorithm = sequence(oid('2a8648ce3d040302'));
  const body = sequence(
    tagged(0xa0, integer(Buffer.of(2))),
    integer(Buffer.concat([Buffer.of(1), randomBytes(8)])),
    algorithm,
    name,
    sequence(
      time(options.notBefore ?? new Date(now - HOUR)),
      time(options.notAfter ?? new Date(now + 24 * HOUR)),
    ),
    name,
    publicKey.export({ type: 'spki', format: 'der' }),
    tagged(0xa3, sequence(authority(), alternativeNames(options.names))),
  );
  const signature = tagged(0x03, Buffer.concat([Buffer.of(0), sign('sha256', body, privateKey)]));
  const der = sequence(body, algorithm, signature).toString('base64');
  return {
    certificate: `-----BEGIN CERTIFICATE-----\n${der.replace(/.{64}/g, '$&\n')}\n-----END CERTIFICATE-----\n`,
    key: privateKey.export({ type: 'pkcs8', format: 'pem' }).toString(),
  };
}

function authority(): Buffer {
  return sequence(oid('551d13'), octets(sequence(tagged(0x01, Buffer.of(0xff)))));
}

function alternativeNames(names: readonly string[]): Buffer {
  const encoded = names.map((name) =>
    /^[\d.]+$/.test(name)
      ? tagged(0x87, Buffer.from(name.split('.').map(Number)))
      : tagged(0x82, Buffer.from(name)),
  );
  return sequence(oid('551d11'), octets(sequence(...encoded)));
}

function tagged(tag: number, ...parts: Buffer[]): Buffer {
  const content = Buffer.concat(parts);
  const { length } = content;
  if (length < 128) return Buffer.concat([Buffer.of(tag, length), content]);
  return Buffer.concat([Buffer.of(tag, 0x82, length >> 8, length & 255), content]);
}

const sequence = (...parts: Buffer[]) => tagged(0x30, ...parts);
const set = (...parts: Buffer[]) => tagged(0x31, ...parts);
const oid = (hex: string) => tagged(0x06, Buffer.from(hex, 'hex'));
const utf8 = (text: string) => tagged(0x0c, Buffer.from(text));
const octets = (bytes: Buffer) => tagged(0x04, bytes);
const integer = (bytes: Buffer) => tagged(0x02, bytes);

function time(date: Date): Buffer {
  const digits = date.toISOString().replace(/[-:T]|\.\d+/g, '');
  return tagged(0x18, Buffer.from(digits));
}
