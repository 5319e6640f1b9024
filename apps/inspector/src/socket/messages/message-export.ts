import { opcodeName } from '@sellia/inspector/browser';
import type { ExchangeRow, SocketMessage } from '../../api/types.ts';
import { publicUrl } from '../../detail/exchange-url.ts';
import { usePrefs } from '../../prefs/prefs.ts';
import { maskBody, maskTarget } from '../../settings/masking.ts';
import { DOWN, UP } from '../words.ts';

/** A line for each message: who sent it, when (UTC), its type, and its text or base64. */
export function linesText(messages: readonly SocketMessage[]): string {
  return messages.map(lineOf).join('');
}

function lineOf({ direction, atMs, opcode, text, base64 = '' }: SocketMessage): string {
  const { arrow } = direction === 'request' ? UP : DOWN;
  const time = new Date(atMs).toISOString();
  return `${arrow} ${time} ${opcodeName(opcode)} ${text ?? `base64:${base64}`}\n`;
}

/** What a file holds: the connection, and its messages as the API tells of them. */
export function messagesFile(row: ExchangeRow, messages: readonly SocketMessage[]): string {
  const { id, startedAt, socket } = row;
  const url = publicUrl(row);
  const connection = { id, url, startedAt, subprotocol: socket?.subprotocol, close: socket?.close };
  return `${JSON.stringify({ ...connection, messages }, undefined, 2)}\n`;
}

/** As they are, or without secrets: everything that leaves the page follows one choice. */
export function leaving(messages: readonly SocketMessage[]): readonly SocketMessage[] {
  return usePrefs.getState().copiesMasked ? messages.map(maskMessage) : messages;
}

/** Without what the names of JSON tell; bytes stay as they are. */
export function maskMessage(message: SocketMessage): SocketMessage {
  if (message.text === undefined) return message;
  const masked = maskBody(new TextEncoder().encode(message.text), '');
  return { ...message, text: new TextDecoder().decode(masked) };
}

/** Lets the browser save that file. */
export function saveMessages(row: ExchangeRow, messages: readonly SocketMessage[]): void {
  const { copiesMasked } = usePrefs.getState();
  const shown = copiesMasked ? { ...row, target: maskTarget(row.target) } : row;
  const type = 'application/json';
  const url = URL.createObjectURL(new Blob([messagesFile(shown, leaving(messages))], { type }));
  const link = document.createElement('a');
  link.href = url;
  link.download = `messages-${row.id}.json`;
  link.click();
  // The browser has taken the address by then; it reads the content later.
  setTimeout(() => URL.revokeObjectURL(url), 60_000);
}
