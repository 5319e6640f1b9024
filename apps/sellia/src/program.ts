import { ExitCode, exitCodesHelp } from '@sellia/terminal';
import { Command, InvalidArgumentError } from 'commander';
import type { HttpFlags } from './commands/http.ts';
import {
  addInspectorCommands,
  INSPECTOR_EXAMPLES,
  type InspectorCommands,
} from './inspector-commands.ts';
import { readColor } from './read-color.ts';
import { VERSION } from './version.ts';

/** What the commands do; each is loaded when it is called, not before. */
export interface Commands extends InspectorCommands {
  http(target: string | undefined, flags: HttpFlags): Promise<void>;
}

type Printer = (text: string) => void;

const EXAMPLES = `
Examples:
  sellia http 8080 --server https://relay.example.com
  sellia http 8080 --subdomain api        a public URL that says api
  sellia http https://localhost:8443 --insecure-upstream
  sellia http unix:/run/app.sock
  sellia 3000                             the same as: sellia http 3000`;

const ENVIRONMENT = `
Environment:
  SELLIA_SERVER   URL of the relay
  SELLIA_API_KEY  key for a relay that asks for one
  SELLIA_WAIT_UPSTREAM, as --wait-upstream
  SELLIA_STATE_DIR  folder where names are remembered (default: ~/.local/state/sellia)
  SELLIA_INSPECTOR (on, off), SELLIA_INSPECTOR_PORT, SELLIA_INSPECTOR_OPEN,
  SELLIA_INSPECTOR_ALLOW_HOST (with commas between), SELLIA_INSPECTOR_STRICT,
  SELLIA_INSPECT_WS, as the flags
  SELLIA_INSPECTOR_TOKEN  of the inspector that --inspector names
  NO_COLOR, FORCE_COLOR

Configuration file (a flag beats a variable, which beats the file):
  ~/.config/sellia/sellia.yml with the lines server:, api_key:, wait_upstream:
  and inspector: with enabled:, port:, open:, ws:, allow_hosts: and strict: below it`;

const EXIT_CODES = exitCodesHelp(Object.values(ExitCode));

/** For `sellia` alone. */
export const SHORT_HELP = `Sellia v${VERSION}: secure tunnels to localhost through a relay that you host yourself

  sellia http 8080 --server https://relay.example.com
  sellia http 8080 --subdomain api
  sellia http https://localhost:8443 --insecure-upstream

sellia help lists the rest`;

/** Arguments to commands. commander prints help through `print`, and throws CommanderError. */
export function createProgram(commands: Commands, print: Printer): Command {
  const program = new Command('sellia')
    .description('Secure tunnels to localhost through a relay that you host yourself')
    .version(`Sellia v${VERSION}`, '-v, --version', 'print the version')
    .helpOption('-h, --help', 'print help')
    .helpCommand('help [command]', 'print help for a command')
    .exitOverride()
    .configureOutput({ writeOut: print, writeErr: () => {}, outputError: () => {} })
    .addHelpText('after', `${EXAMPLES}\n${INSPECTOR_EXAMPLES}\n${ENVIRONMENT}\n\n${EXIT_CODES}`);
  program
    .command('version')
    .description('print the version')
    .action(() => print(`Sellia v${VERSION}\n`));
  addHttp(program, commands);
  addInspectorCommands(program, commands);
  return program;
}

function addHttp(program: Command, commands: Commands): void {
  program
    .command('http')
    .description('give a local HTTP server a public URL')
    .argument('[target]', 'port, host:port, URL or unix:path (default: 3000)')
    .option('-H, --host <host>', 'host that a bare port is on (default: localhost)')
    .option(
      '-s, --subdomain <name>',
      'name wanted in the public URL (default: a random one)',
      readName,
    )
    .option('--pool', 'share the name with other clients that ask for it with --pool')
    .option(
      '--no-remember',
      'neither use the name of an earlier run nor keep this one for the next',
    )
    .option('--server <url>', 'relay: https://, http://, wss:// or ws://')
    .option('-k, --api-key <key>', 'key for the relay; prefer SELLIA_API_KEY, ps shows this')
    .option(
      '--host-header <value>',
      'Host that the local server gets: public (default), upstream or this text',
      readHostHeader,
    )
    .option('--insecure-upstream', 'take any certificate from an https:// target')
    .option('--require-local', 'end at once when the local server does not answer')
    .option(
      '--wait-upstream <time>',
      'requests wait so long for a local server that refuses connections, as while it restarts',
    )
    .option('-i, --inspector-port <port>', 'of the inspector; 0 for any (default: from 4040 on)')
    .option('-o, --open', "open the inspector's page in a browser")
    .option('--inspector', 'show what goes through at a page on this machine (default)')
    .option('--no-inspector', 'no inspector, and no cost for it')
    .option(
      '--inspect-ws <level>',
      'what the inspector keeps of WebSockets: stats (default), messages or full',
    )
    .option(
      '--inspector-allow-host <host...>',
      'names that the inspector may be reached by, beside localhost',
    )
    .option('--inspector-strict', 'the inspector asks scripts for its token, too')
    .option('--json', 'events as NDJSON on stdout')
    .option('-q, --quiet', 'no line for each request, and no cost for it')
    .option('--color <when>', 'auto, always or never', readColor)
    .option('--no-color', 'the same as --color never')
    .option('--verbose', 'stack traces of what is unexpected')
    .addHelpText('after', `${EXAMPLES}\n${ENVIRONMENT}\n\n${EXIT_CODES}`)
    .action((target: string | undefined, flags: HttpFlags) => commands.http(target, flags));
}

/** Empty would mean a random name, which is not what was asked for. */
function readName(value: string): string {
  if (value === '') throw new InvalidArgumentError('It needs a name.');
  return value;
}

function readHostHeader(value: string): string {
  if (!/^[\w.:[\]-]{1,255}$/.test(value)) throw new InvalidArgumentError('It is no host.');
  return value;
}

/** `sellia 3000` and `sellia --server URL 3000` mean `sellia http …`. */
export function withCommand(args: readonly string[]): string[] {
  const [first] = args;
  if (first === undefined || isRootOption(first)) return [...args];
  return first.startsWith('-') || /^\d+$|[:/]/.test(first) ? ['http', ...args] : [...args];
}

function isRootOption(arg: string): boolean {
  return ['-h', '--help', '-v', '--version'].includes(arg);
}
