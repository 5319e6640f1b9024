import type { Replay } from '@sellia/client';
import type { ShownTunnel } from '../../src/server/options.ts';
import type { FeedRig } from '../capture/feed-rig.ts';

/** A tunnel as the inspector sees it. What it is asked to send again stands in `replays`. */
export function shownTunnel(feed: FeedRig, replays: Replay[] = []): ShownTunnel {
  return {
    name: feed.name,
    url: `https://${feed.name}.example.com`,
    target: 'localhost:8080',
    status: { state: 'public' },
    roundTrip: 3,
    stats: () => ({ streams: 0, sockets: 0 }),
    replay: (replay) => {
      replays.push(replay);
      const { method, target, headers } = replay;
      return feed.open(target, [...headers], 'http', { method, visitorAddress: '' });
    },
    waitingBytes: () => ({ toUpstream: 7, toVisitor: 0 }),
    // Of a real tunnel, in the tests of the whole.
    sendMessage: () => {
      throw new Error('nothing is open');
    },
    feed: feed.feed,
  };
}
