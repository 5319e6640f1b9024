/** A tunnel by the library, with nobody on its feed; prints the public URL, closes on SIGTERM. */
import { connect } from '@sellia/client';
import { readSettings } from './settings.ts';

const { server, upstreamPort } = readSettings<{ server: string; upstreamPort: number }>();
const tunnel = await connect({
  server,
  upstream: `http://127.0.0.1:${upstreamPort}`,
  name: 'bench',
});
console.log(tunnel.url);
process.once('SIGTERM', () => {
  void tunnel.close().finally(() => process.exit(0));
});
