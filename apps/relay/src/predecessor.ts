import type { Server } from 'node:net';
import type { LeaseKey } from './lease-key.ts';
import { type HandoverMessage, SUCCESSOR_VARIABLE } from './successor.ts';

/** The process that started this one to take its place. */
export class Predecessor {
  readonly leaseKey: LeaseKey;

  private constructor(leaseKey: LeaseKey) {
    this.leaseKey = leaseKey;
  }

  /** Undefined in a process that was started by anybody else. */
  static async find(): Promise<Predecessor | undefined> {
    if (process.env[SUCCESSOR_VARIABLE] === undefined || !process.connected) return undefined;
    delete process.env[SUCCESSOR_VARIABLE];
    const { leaseKey } = await received('key');
    const bytes = Buffer.from(leaseKey, 'base64url');
    return new Predecessor({ bytes, isNew: false, isExposed: false });
  }

  /** Listens on its socket. Between its coming and `listen` no turn of the loop may pass. */
  readonly bind = async (server: Server, backlog: number): Promise<void> => {
    const coming = received('socket', (socket) => server.listen(socket, backlog));
    tell({ type: 'waits' });
    await coming;
  };

  /** This process listens; the other one may go. */
  relieve(): void {
    tell({ type: 'listens' });
    process.disconnect();
  }
}

type Received<Type> = Extract<HandoverMessage, { readonly type: Type }>;

function received<Type extends HandoverMessage['type']>(
  type: Type,
  take: (socket: unknown) => void = () => {},
): Promise<Received<Type>> {
  return new Promise((resolve, reject) => {
    const onGone = () => reject(new Error('the process that started this one is gone'));
    const onMessage = (message: HandoverMessage, socket: unknown) => {
      if (message.type !== type) return;
      process.off('message', onMessage);
      process.off('disconnect', onGone);
      take(socket);
      resolve(message as Received<Type>);
    };
    process.on('message', onMessage);
    process.once('disconnect', onGone);
  });
}

function tell(message: HandoverMessage): void {
  if (process.connected) process.send?.(message);
}
