/** A tunnel by the library, with an inspector that nobody looks at; prints the public URL, closes on SIGTERM. */
import { connect } from '@sellia/client';
import { Inspector, shownTunnel } from '@sellia/inspector';
import { readSettings } from './settings.ts';

const { server, upstreamPort } = readSettings<{ server: string; upstreamPort: number }>();
const upstream = `http://127.0.0.1:${upstreamPort}`;
const inspector = await Inspector.start({ port: 0, version: '0.0.0' });
const tunnel = await connect({ server, upstream, name: 'bench' });
inspector.show(shownTunnel(tunnel, upstream));
console.log(tunnel.url);
process.once('SIGTERM', () => {
  void Promise.all([tunnel.close(), inspector.close()]).finally(() => process.exit(0));
});
