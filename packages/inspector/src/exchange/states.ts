/** How far an HTTP exchange can come; `HttpState` says what each means. */
const HTTP_STATES = ['pending', 'streaming', 'done', 'failed', 'refused'] as const;
/** ... and an upgraded connection; see `SocketState`. */
const SOCKET_STATES = ['connecting', 'open', 'closing', 'closed', 'rejected', 'aborted'] as const;

/** All states of exchanges. Logs hold places in this list: it is only ever added to. */
export const EXCHANGE_STATES = [...HTTP_STATES, ...SOCKET_STATES] as const;

export const EXCHANGE_KINDS = ['http', 'websocket', 'upgrade'] as const;
export const SCHEMES = ['http', 'https'] as const;
