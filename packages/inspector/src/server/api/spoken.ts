import type { z } from 'zod';
import type { status } from './shapes.ts';

/** What the API says, for those who read it in TypeScript: types alone. */
export type Status = z.output<typeof status>;
export type TunnelStatus = Status['tunnels'][number];
export type { Message } from './socket-shapes.ts';
