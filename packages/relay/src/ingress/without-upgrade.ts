import { Buffer } from 'node:buffer';
import type { IncomingMessage } from 'node:http';

/**
 * The bytes of an upgrade request as a plain one, the last of its connection, with what the parser
 * had read behind it. node:http hands over the socket of any upgrade request, body unread, so one
 * whose upgrade is ignored (h2c above all, which Java's client offers with every first request)
 * goes in a second time. What follows it may be of the other protocol, hence the `close`.
 */
export function withoutUpgrade(request: IncomingMessage, rest: Uint8Array): Buffer {
  const { method, url, httpVersion, rawHeaders } = request;
  let head = `${method} ${url} HTTP/${httpVersion}\r\n`;
  for (let i = 0; i < rawHeaders.length; i += 2) {
    const name = rawHeaders[i] as string;
    if (!DROPPED.has(name.toLowerCase())) head += `${name}: ${rawHeaders[i + 1]}\r\n`;
  }
  return Buffer.concat([Buffer.from(`${head}Connection: close\r\n\r\n`, 'latin1'), rest]);
}

/** HTTP2-Settings is the only header that an upgrade brings along (RFC 7540 section 3.2.1). */
const DROPPED = new Set(['connection', 'upgrade', 'http2-settings']);
