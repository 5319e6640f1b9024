import { type ColorChoice, colorChoice, ExitCode, exitCodesHelp } from '@sellia/terminal';
import { Command, InvalidArgumentError } from 'commander';
import type { HttpFlags } from './commands/http.ts';
import { VERSION } from './version.ts';

/** What the commands do; each is loaded when it is called, not before. */
export interface Commands {
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
  NO_COLOR, FORCE_COLOR

Configuration file (a flag beats a variable, which beats the file):
  ~/.config/sellia/sellia.yml with the lines server:, api_key: and wait_upstream:`;

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
    .addHelpText('after', `${EXAMPLES}\n${ENVIRONMENT}\n\n${EXIT_CODES}`);
  program
    .command('version')
    .description('print the version')
    .action(() => print(`Sellia v${VERSION}\n`));
  addHttp(program, commands);
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
    .option('--json', 'events as NDJSON on stdout')
    .option('-q, --quiet', 'no line for each request, and no cost for it')
    .option('--color <when>', 'auto, always or never', readColor)
    .option('--no-color', 'the same as --color never')
    .option('--verbose', 'stack traces of what is unexpected')
    .addHelpText('after', `${EXAMPLES}\n${ENVIRONMENT}\n\n${EXIT_CODES}`)
    .action((target: string | undefined, flags: HttpFlags) => commands.http(target, flags));
}

function readColor(value: string): ColorChoice {
  const choice = colorChoice(value);
  if (choice === undefined) throw new InvalidArgumentError('It is auto, always or never.');
  return choice;
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
