import type { Subject } from './subject.ts';

/** No tunnel and no proxy: what the upstream and the load reach on this machine. */
export const direct: Subject = {
  name: 'direct',
  about: 'the upstream itself',
  missing: async () => undefined,
  start: async (upstreamPort) => ({
    port: upstreamPort,
    hostHeader: `127.0.0.1:${upstreamPort}`,
    parts: [],
    stop: async () => {},
  }),
};
