import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { connect } from '@sellia/client';
import type { Relay } from '@sellia/relay';
import { Visitor } from '../rig/visitor.ts';

/** A tunnel that has nothing to do with an attack, and must never notice it. */
export interface Bystander {
  /** Throws unless a visitor gets the tunnel's own answer. */
  check(): Promise<void>;
  close(): Promise<void>;
}

export async function startBystander(relay: Relay, name = 'bystander'): Promise<Bystander> {
  const upstream = createServer((request, response) => response.end(`bystander ${request.url}`));
  await new Promise<void>((resolve) => upstream.listen(0, '127.0.0.1', resolve));
  const { port } = upstream.address() as AddressInfo;
  const tunnel = await connect({ server: relay.url, upstream: `http://127.0.0.1:${port}`, name });
  let asked = 0;
  return {
    async check() {
      const target = `/${asked++}`;
      const visitor = await Visitor.open({ port: relay.port });
      const { host } = new URL(tunnel.url);
      visitor.send(`GET ${target} HTTP/1.1\r\nHost: ${host}\r\nConnection: close\r\n\r\n`);
      const answer = await visitor.response();
      visitor.destroy();
      if (answer.text !== `bystander ${target}`) throw new Error(`bystander got ${answer.text}`);
    },
    async close() {
      await tunnel.close();
      upstream.closeAllConnections();
      await new Promise((resolve) => upstream.close(resolve));
    },
  };
}
