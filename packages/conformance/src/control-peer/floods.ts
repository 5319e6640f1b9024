import { limits } from '@sellia/protocol';
import type { ControlPeer } from './control-peer.ts';
import { dataFrame } from './frames.ts';

/** 100,000 of the same frame, in messages of up to 64 KiB, until the other side has had enough. */
export async function flood(peer: ControlPeer, bytes: Uint8Array): Promise<void> {
  const many = Math.floor(limits.MESSAGE_MAX / bytes.length);
  const message = Buffer.concat(Array(many).fill(bytes));
  for (let sent = 0; sent < 100_000 && !peer.isClosed; sent += many) {
    await Promise.race([peer.sendFlushed(message), peer.closed]);
  }
}

/** Sends DATA until the credit is used up and the relay, its visitor not reading, gives no more. */
export async function fillWindow(peer: ControlPeer, id: number): Promise<void> {
  let sent = 0;
  for (let quiet = 0; quiet < 10; quiet++) {
    const credit = () => limits.INITIAL_WINDOW + (peer.granted.get(id) ?? 0) - sent;
    if (credit() > 0) quiet = 0;
    while (credit() > 0) {
      const length = Math.min(credit(), limits.DATA_MAX);
      sent += length;
      await peer.sendFlushed(dataFrame(id, new Uint8Array(length)));
    }
    await peer.barrier();
  }
}
