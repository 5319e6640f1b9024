import { Buffer } from 'node:buffer';
import type { IncomingMessage } from 'node:http';
import { listMembers } from '@sellia/protocol';

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
  const connection = ['close', ...namedBeside(rawHeaders)].join(', ');
  return Buffer.concat([Buffer.from(`${head}Connection: ${connection}\r\n\r\n`, 'latin1'), rest]);
}

const DROPPED = new Set(['connection', 'upgrade']);

/** Headers that `Connection` names are still this connection's business, `HTTP2-Settings` above all. */
function namedBeside(rawHeaders: readonly string[]): string[] {
  return listMembers(rawHeaders, 'connection').filter((member) => !OPTIONS.has(member));
}

const OPTIONS = new Set(['close', 'keep-alive', 'upgrade']);
