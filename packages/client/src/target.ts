import { SelliaError } from './errors.ts';

/** Where requests go, and the only place the client ever connects to beside the relay. */
export interface UpstreamTarget {
  readonly isTls: boolean;
  /** Name or address without brackets; empty for a socket path. */
  readonly host: string;
  /** 0 for a socket path. */
  readonly port: number;
  /** Path of a Unix socket (or name of a Windows pipe). */
  readonly socketPath: string | undefined;
  /** What a Host header that names the upstream says. */
  readonly authority: string;
  /** For people: `http://localhost:8080`. */
  readonly label: string;
}

const PORT_ONLY = /^:?(\d+)$/;
const HOST_PORT = /^(?:\[[0-9A-Fa-f:.]+\]|[^\s:/?#@[\]\\]+):\d+$/;
const HTTP_URL = /^https?:\/\/[^/]/i;

/**
 * Reads `8080`, `localhost:8080`, `http://…`, `https://…` or `unix:/path`.
 * Throws SelliaError SELLIA_UPSTREAM_TARGET_INVALID with what is wrong.
 */
export function parseTarget(text: string): UpstreamTarget {
  if (text.startsWith('unix:')) return socketTarget(text.slice('unix:'.length));
  const port = PORT_ONLY.exec(text)?.[1];
  if (port !== undefined) return urlTarget(text, `http://localhost:${port}`);
  if (HTTP_URL.test(text)) return urlTarget(text, text);
  if (text.includes('://')) throw invalid(text, 'it is no http or https URL with a host');
  if (!HOST_PORT.test(text)) throw invalid(text, 'it is no port, host:port or URL');
  return urlTarget(text, `http://${text}`);
}

function socketTarget(path: string): UpstreamTarget {
  if (path === '' || path.includes('\0')) throw invalid(`unix:${path}`, 'the socket has no path');
  return {
    isTls: false,
    host: '',
    port: 0,
    socketPath: path,
    authority: 'localhost',
    label: `unix:${path}`,
  };
}

function urlTarget(text: string, from: string): UpstreamTarget {
  const portText = /:(\d+)\/?$/.exec(from)?.[1];
  if (portText !== undefined && !isPort(Number(portText))) {
    throw invalid(text, 'a port is a number from 1 to 65535');
  }
  const url = URL.parse(from);
  if (url === null || url.hostname === '') throw invalid(text, 'it is no URL');
  if (url.username !== '' || url.password !== '') throw invalid(text, 'it holds a user name');
  if (url.pathname !== '/' || url.search !== '' || url.hash !== '') {
    throw invalid(text, 'it holds a path; visitors choose the path');
  }
  const isTls = url.protocol === 'https:';
  return {
    isTls,
    host: url.hostname.replace(/^\[(.*)\]$/, '$1'),
    port: url.port === '' ? (isTls ? 443 : 80) : Number(url.port),
    socketPath: undefined,
    authority: url.host,
    label: `${url.protocol}//${url.host}`,
  };
}

function isPort(port: number): boolean {
  return Number.isInteger(port) && port >= 1 && port <= 65_535;
}

function invalid(text: string, reason: string): SelliaError {
  return new SelliaError(
    'SELLIA_UPSTREAM_TARGET_INVALID',
    `Cannot forward to "${text}": ${reason}.`,
  );
}
