import { type Ending, ExitCode, Failure } from '@sellia/terminal';
import { Child } from './child.ts';
import { LocalServer } from './local-server.ts';

export interface DemoPorts {
  readonly relay: number;
  /** Undefined for the usual one. */
  readonly inspector: number | undefined;
}

/** A relay, a local server and a client that makes it public. */
export class Demo {
  readonly #ending: Ending;
  readonly #server = new LocalServer();
  /** In the order in which they are started; they end in the other one. */
  readonly #children: Child[] = [];

  constructor(ending: Ending) {
    this.#ending = ending;
  }

  /** Runs until it is asked to end. Throws a Failure when a part does not start or ends by itself. */
  async run(ports: DemoPorts): Promise<ExitCode> {
    let isForced = false;
    try {
      await this.#untilAsked(ports);
    } finally {
      isForced = await this.#end();
    }
    return isForced ? ExitCode.INTERRUPTED : ExitCode.OK;
  }

  async #untilAsked({ relay: port, inspector }: DemoPorts): Promise<void> {
    const relay = this.#start('relay', 'sellia-relay/main', relayArgs(port), 'read');
    const server = await Promise.race([relay.child.firstLine(), this.#ending.wasAsked]);
    if (this.#ending.asked.aborted) return;
    if (typeof server !== 'string') throw notStarted(port);
    const args = await this.#clientArgs(server, inspector);
    const client = this.#start('client', 'sellia/main', args, 'ours');
    await Promise.race([this.#ending.wasAsked, relay.died, client.died]);
  }

  #start(name: string, program: string, args: string[], stdout: 'read' | 'ours'): Part {
    const child = new Child(program, args, stdout);
    this.#children.push(child);
    const died = child.ended.then((code) => {
      throw new Failure(`the ${name} has ended with exit code ${code}`, {
        code: 'SELLIA_DEMO',
        exitCode: ExitCode.UNEXPECTED,
      });
    });
    died.catch(() => {});
    return { child, died };
  }

  async #clientArgs(server: string, inspector: number | undefined): Promise<string[]> {
    const port = await this.#server.listen();
    return [
      'http',
      String(port),
      '--host',
      '127.0.0.1',
      '--subdomain',
      'hello',
      '--server',
      server,
      ...(inspector === undefined ? [] : ['--inspector-port', String(inspector)]),
    ];
  }

  /** Whether it took force. */
  async #end(): Promise<boolean> {
    const forced = this.#ending.forced.then(() => true);
    const isForced = await Promise.race([this.#endInOrder().then(() => false), forced]);
    for (const child of this.#children) child.kill();
    return isForced;
  }

  async #endInOrder(): Promise<void> {
    for (const child of this.#children.toReversed()) await child.end();
    this.#server.close();
  }
}

interface Part {
  readonly child: Child;
  /** Rejects when it ends. */
  readonly died: Promise<never>;
}

function relayArgs(port: number): string[] {
  const here = ['--host', '127.0.0.1', '--domain', 'localhost'];
  return [...here, '--port', String(port), '--log-level', 'warn'];
}

/** It has said why on stderr. */
function notStarted(port: number): Failure {
  return new Failure('the relay did not start', {
    code: 'SELLIA_DEMO',
    exitCode: ExitCode.CONFIG,
    hints: [`if port ${port} is taken, take another: PORT=${port + 100} pnpm start`],
  });
}
