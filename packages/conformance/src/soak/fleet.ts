import { FaultProxy } from '../faults/index.ts';
import { quietPort } from '../faults/quiet-port.ts';
import { clientProgram, type Program, startRelayProgram } from '../rig/index.ts';
import { type ToldLine, ToldLines } from './told-lines.ts';

const DOMAIN = 'test';

export interface FleetOptions {
  /** One client for each. */
  readonly names: readonly string[];
  /** Of the upstream that all of them have. */
  readonly url: string;
  readonly relayArguments?: readonly string[];
}

/** A client with a link of its own to the relay that it shares with others. */
export interface Member {
  readonly name: string;
  readonly program: Program;
  readonly link: FaultProxy;
  /** Where its visitors go. */
  readonly port: number;
  readonly host: string;
}

/** One relay and some clients, as programs. Owner: whoever started it, by `close`. */
export class Fleet {
  readonly relay: Program;
  readonly members: readonly Member[];

  private constructor(relay: Program, members: readonly Member[]) {
    this.relay = relay;
    this.members = members;
  }

  /** Resolves when all clients are public. */
  static async start({ names, url, relayArguments = [] }: FleetOptions): Promise<Fleet> {
    const port = await quietPort();
    const relay = await startRelayProgram(port, ['--domain', DOMAIN, ...relayArguments]);
    const members: Member[] = [];
    for (const name of names) {
      const link = await FaultProxy.start({ host: '127.0.0.1', port });
      const program = clientProgram(link.url, url, ['--subdomain', name, '--json', '--quiet']);
      members.push({ name, program, link, port, host: `${name}.${DOMAIN}` });
    }
    const fleet = new Fleet(relay, members);
    try {
      await Promise.all(members.map(({ program }) => program.said(/"event":"ready"/)));
    } catch (error) {
      await fleet.close();
      throw error;
    }
    return fleet;
  }

  /** The last session by which a client has opened its tunnel. */
  sessionOf({ name }: Member): string {
    const isIts = (line: ToldLine) => line.msg === 'tunnel opened' && line.name === name;
    const session = ToldLines.ofRelay(this.relay, 0).all.findLast(isIts)?.session;
    if (session === undefined) throw new Error(`${name} has no session`);
    return session;
  }

  async close(): Promise<void> {
    for (const { program } of this.members) await program.stop();
    await this.relay.stop();
    for (const { link } of this.members) await link.close();
  }
}
