import type { z } from 'zod';
import type { SocketDetail } from '../../capture/websocket/socket-detail.ts';
import type { status } from './shapes.ts';
import type { shownSocket } from './socket-shapes.ts';

/** What the API says, for those who read it in TypeScript: types alone. */
export type Status = z.output<typeof status>;
export type TunnelStatus = Status['tunnels'][number];
export type ShownSocket = SocketDetail & Pick<z.output<typeof shownSocket>, 'waiting'>;
export type { Message } from './socket-shapes.ts';
