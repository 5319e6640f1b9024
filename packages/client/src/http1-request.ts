import type { HeaderLines } from '@sellia/protocol';
import type { UpstreamRequest } from './request-head.ts';

/** The request line and header lines, latin1 (RFC 9112 sections 3 and 5). */
export function encodeRequest(request: UpstreamRequest): string {
  const { method, target, headers, connection } = request;
  let text = `${method} ${target} HTTP/1.1\r\n`;
  for (let i = 0; i < headers.length; i += 2) text += `${headers[i]}: ${headers[i + 1]}\r\n`;
  if (connection !== '') text += `Connection: ${connection}\r\n`;
  return `${text}\r\n`;
}

/** The last chunk and the trailers (RFC 9112 section 7.1). */
export function encodeLastChunk(trailers: HeaderLines): string {
  let text = '0\r\n';
  for (let i = 0; i < trailers.length; i += 2) text += `${trailers[i]}: ${trailers[i + 1]}\r\n`;
  return `${text}\r\n`;
}
