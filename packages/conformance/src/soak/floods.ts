import { FrameType } from '@sellia/protocol';
import { flood } from '../control-peer/floods.ts';
import { countFrame, dataFrame, frame, helloFrame, windowFrame } from '../control-peer/frames.ts';
import { dialRelay } from '../control-peer/hostile-client.ts';
import { MemoryWatch, startProcessRig } from '../rig/index.ts';
import { MiB } from '../servers/bulk.ts';
import { check, type SoakRun } from './soak-run.ts';

const ROUNDS = 50;

export const frameFloods: SoakRun = {
  name: 'frame-floods',
  about: 'H14: clients in turn flood the relay with each kind of empty frame; memory stays',
  async run() {
    await using rig = await startProcessRig();
    const kinds: [string, Uint8Array][] = [
      ['PING', countFrame(FrameType.Ping, 1)],
      ['ACK', countFrame(FrameType.Ack, 0)],
      ['WINDOW', windowFrame(1, 1)],
      ['DATA', dataFrame(1, '')],
      ['optional', frame(0x80 | 0x0f, 0)],
    ];
    const one = async (bytes: Uint8Array, isReading: boolean) => {
      const peer = await dialRelay(`http://127.0.0.1:${rig.port}`, { isPolite: false });
      peer.send(helloFrame());
      await peer.takeWelcome();
      if (!isReading) peer.socket.pause();
      await flood(peer, bytes);
      peer.socket.resume();
      await peer.ending();
    };
    const round = async (i: number) => {
      for (const [, bytes] of kinds) await one(bytes, i % 2 === 0);
      await rig.canary();
    };
    // What the first rounds leave behind (compiled code, heap that waits) is not growth.
    for (let i = 0; i < ROUNDS; i++) await round(i);
    const watch = new MemoryWatch(rig.pids, 100);
    for (let i = 0; i < ROUNDS; i++) await round(i);
    const [relay = 0] = watch.stop();
    check(relay <= 16 * MiB, `the memory of the relay grew by ${relay} bytes`);
    return `${ROUNDS * kinds.length} floods, relay +${(relay / MiB).toFixed(1)} MiB`;
  },
};
