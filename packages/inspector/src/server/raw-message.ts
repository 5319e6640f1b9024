import { Buffer } from 'node:buffer';
import type { ExchangeRecord } from '../capture/exchange-record.ts';
import type { HeaderLines } from '../exchange/header-lines.ts';

/** The request as HTTP/1.1, with as much of its body as was kept. */
export function rawRequest({ row, request }: ExchangeRecord): Buffer {
  const head = `${row.method} ${row.target} HTTP/1.1\r\n${textOf(request.headers)}\r\n`;
  return Buffer.concat([Buffer.from(head, 'latin1'), request.body.kept]);
}

/** The response likewise; without one nothing. */
export function rawResponse({ row, response }: ExchangeRecord): Buffer {
  if (row.status === 0) return Buffer.alloc(0);
  const head = `HTTP/1.1 ${row.status} ${row.reason}\r\n${textOf(response.headers)}\r\n`;
  return Buffer.concat([Buffer.from(head, 'latin1'), response.body.kept]);
}

function textOf(lines: HeaderLines): string {
  let text = '';
  for (let i = 0; i + 1 < lines.length; i += 2) text += `${lines[i]}: ${lines[i + 1]}\r\n`;
  return text;
}
