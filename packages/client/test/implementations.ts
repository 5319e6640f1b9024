import type { Clock } from '@sellia/session';
import type { ClientLimits } from '../src/limits.ts';
import type { UpstreamTarget } from '../src/target.ts';
import type { Upstream } from '../src/upstream.ts';
import { UpstreamDial } from '../src/upstream-dial.ts';
import { Http1Upstream } from '../src/upstream-http1.ts';
import { NodeUpstream } from '../src/upstream-node.ts';
import { PairedUpstream } from '../src/upstream-pair.ts';

type Make = (target: UpstreamTarget, clock: Clock, limits: ClientLimits) => Upstream;

/** Every implementation goes through the same suites. */
export const implementations: readonly (readonly [string, Make])[] = [
  [
    'own HTTP/1.1',
    (target, clock, limits) => {
      const dial = new UpstreamDial(target, { ...limits, clock, isInsecure: true });
      const onFault = (error: unknown) => {
        throw error;
      };
      return new Http1Upstream(dial, { ...limits, clock, onFault });
    },
  ],
  [
    'undici with node:http',
    (target, clock, limits) => new PairedUpstream(target, { ...limits, clock, isInsecure: true }),
  ],
  [
    'node:http alone',
    (target, clock, limits) => {
      const dial = new UpstreamDial(target, { ...limits, clock, isInsecure: true });
      return new NodeUpstream(dial, limits);
    },
  ],
];
