import type { ConfigurationLine } from '@sellia/inspector';
import { durationText } from '@sellia/terminal';
import type { RelayChoice } from '../relay-choice.ts';
import type { InspectorChoice } from './inspector-choice.ts';

/** What was chosen for a tunnel. */
export interface TunnelChoice {
  /** As the user knows it. */
  readonly target: string;
  readonly relay: RelayChoice;
  readonly waitUpstreamMs: number;
  readonly inspector: InspectorChoice;
  readonly flags: {
    readonly subdomain?: string;
    readonly pool?: boolean;
    readonly remember?: boolean;
    readonly hostHeader?: string;
    readonly insecureUpstream?: boolean;
  };
  /** Where the configuration file is, or would be, and whether it is there. */
  readonly filePath: string;
  readonly hasFile: boolean;
}

/** How the program was told to run, for people; the key is only said to be there. */
export function configurationOf(choice: TunnelChoice): ConfigurationLine[] {
  const { target, relay, waitUpstreamMs, inspector, filePath, hasFile, flags } = choice;
  const wait = waitUpstreamMs === 0 ? 'not at all' : durationText(waitUpstreamMs);
  return [
    line('Forwards to', target),
    line('Relay', relay.server, relay.serverSource),
    line('Key', relay.apiKey === undefined ? 'none' : '***', relay.keySource),
    line(
      'Name',
      flags.subdomain ?? defaultName(flags.remember),
      given('--subdomain', flags.subdomain),
    ),
    line('Shares its name', flags.pool === true ? 'yes' : 'no', given('--pool', flags.pool)),
    line('Host header', flags.hostHeader ?? 'public', given('--host-header', flags.hostHeader)),
    line('Waits for the local server', wait),
    ...(flags.insecureUpstream === true
      ? [line("The local server's certificate", 'not checked', '--insecure-upstream')]
      : []),
    line('Contents of WebSockets', inspector.socketLevel),
    line('Other hosts of this page', inspector.allowedHosts.join(', ') || 'none'),
    line("Token for ngrok's paths", inspector.isStrict ? 'asked for' : 'not asked for'),
    line('Configuration file', hasFile ? filePath : `none at ${filePath}`),
  ];
}

function line(name: string, value: string, source = ''): ConfigurationLine {
  return { name, value, source };
}

function given(flag: string, value: unknown): string {
  return value === undefined ? '' : flag;
}

function defaultName(isRemembered: boolean | undefined): string {
  return isRemembered === false
    ? 'one that the relay chooses'
    : 'the one of last time, or a new one';
}
