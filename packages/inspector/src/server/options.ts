import type { ExchangeFeed, Tunnel, TunnelLink, TunnelStatus } from '@sellia/client';
import type { CaptureLimits } from '../capture/limits.ts';
import type { SocketLevel } from '../capture/websocket/socket-detail.ts';

/** A tunnel that is shown. */
export interface ShownTunnel
  extends Pick<
    Tunnel,
    'name' | 'url' | 'status' | 'roundTrip' | 'stats' | 'replay' | 'sendMessage' | 'waitingBytes'
  > {
  readonly feed: Pick<ExchangeFeed, 'subscribe'>;
  /** What it forwards to, as the user gave it. */
  readonly target: string;
  /** Of the tunnel itself; without these, less is known of its connection to the relay. */
  readonly link?: TunnelLink | undefined;
  on?(name: 'status', listener: (status: TunnelStatus) => void): unknown;
  off?(name: 'status', listener: (status: TunnelStatus) => void): unknown;
}

/** Another inspector of the same user. */
export interface Neighbour {
  /** Of its page, with its token. */
  readonly url: string;
  readonly tunnels: readonly { readonly name: string; readonly url: string }[];
}

/** A setting of the program, for people to read. */
export interface ConfigurationLine {
  readonly name: string;
  /** Without secrets: whoever gives it has masked them. */
  readonly value: string;
  /** Where it was set; empty for a default. */
  readonly source: string;
}

export interface InspectorOptions {
  /** Default 127.0.0.1. Anything else is for people who know why. */
  readonly host?: string;
  /** Default 4040; 0 for any. When it is taken, the next free one. */
  readonly port?: number;
  /** Hosts to be reached by, beside this machine's: `name`, or `.suffix` for all below it. */
  readonly allowedHosts?: readonly string[];
  /**
   * Scripts, too, must show the token. Default false: what follows ngrok's API works for programs on
   * this machine without one, as scripts expect that were written for it; never for web pages.
   */
  readonly isStrict?: boolean;
  readonly limits?: Partial<CaptureLimits>;
  /** How much is kept of each WebSocket until somebody chooses otherwise. Default `stats`. */
  readonly socketLevel?: SocketLevel;
  /** Folder that holds the built page; without it there is the API alone. */
  readonly pageFolder?: string;
  /**
   * What else runs. Asked for each time, and told to whoever shows the token: must return at once.
   * Default none.
   */
  readonly neighbours?: () => readonly Neighbour[];
  /** How the program was told to run. Default nothing. */
  readonly configuration?: readonly ConfigurationLine[];
  /** Of the program, shown and exported. */
  readonly version: string;
}

/** Ports that are tried one after the other. */
export const PORTS_TRIED = 100;
export const DEFAULT_PORT = 4040;
