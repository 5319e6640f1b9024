import { ExitCode, exitCodesHelp } from '@sellia/terminal';
import { Command } from 'commander';
import { LOG_LEVELS } from './log-level.ts';
import type { Flags } from './settings.ts';
import { VERSION } from './version.ts';

const EXAMPLES = `
Examples:
  sellia-relay --port 3000 --domain localhost       to try it on this machine
  SELLIA_MASTER_KEY=… sellia-relay --domain tunnel.example.com --https \\
    --trusted-proxy 127.0.0.1                       behind a proxy that ends TLS`;

const ENVIRONMENT = `
Environment (a flag beats its variable; switches are true or false):
  SELLIA_HOST, SELLIA_PORT, SELLIA_DOMAIN, SELLIA_REQUIRE_AUTH, SELLIA_MASTER_KEY,
  SELLIA_USE_HTTPS, SELLIA_PUBLIC_URL, SELLIA_TRUSTED_PROXY (with commas),
  SELLIA_DRAIN_DELAY, SELLIA_DRAIN_TIMEOUT, SELLIA_RESUME_GRACE, SELLIA_HOLD,
  SELLIA_CONNECT_RATE, SELLIA_STATE_DIR, LOG_LEVEL, NO_COLOR, FORCE_COLOR`;

const SIGNALS = `
Signals:
  SIGTERM, SIGINT   finish what is under way, then end; the second one ends at once
  SIGUSR2           start this program again, hand the socket to it, then end as above`;

const EXIT_CODES = exitCodesHelp([
  ExitCode.OK,
  ExitCode.UNEXPECTED,
  ExitCode.USAGE,
  ExitCode.CONFIG,
]);

/** Arguments to flags. commander prints help through `print`, and throws CommanderError. */
export function createProgram(
  run: (flags: Flags) => Promise<void>,
  print: (text: string) => void,
): Command {
  return new Command('sellia-relay')
    .description('The public server of your own tunnels')
    .version(`Sellia Relay v${VERSION}`, '-v, --version', 'print the version')
    .helpOption('-h, --help', 'print help')
    .option('--host <address>', 'address to listen on (default: 0.0.0.0)')
    .option('--port <port>', 'port to listen on, 0 for any free one (default: 3000)')
    .option('--domain <domain>', 'tunnels are NAME.DOMAIN (default: localhost)')
    .option('--require-auth', 'take no client without a key')
    .option('--master-key <key>', 'the key; turns --require-auth on; prefer SELLIA_MASTER_KEY')
    .option('--https', 'print https:// URLs: a proxy in front ends TLS')
    .option('--public-url <url>', 'scheme, domain and port of printed URLs, where they differ')
    .option('--trusted-proxy <cidr>', 'whose X-Forwarded-* lines to believe; repeatable', collected)
    .option('--drain-delay <time>', 'go on for so long after /health has said no (default: 0)')
    .option('--drain-timeout <time>', 'then give running exchanges so long (default: 30s)')
    .option('--resume-grace <time>', 'keep a lost session for so long, 0 for not (default: 60s)')
    .option('--hold <time>', 'let requests wait for an absent client, 0 for not (default: 10s)')
    .option('--connect-rate <n>', 'connections a second of one address, 0 for any (default: 1000)')
    .option('--state-dir <folder>', 'what outlives the relay: the key that proves names')
    .option('--log-level <level>', `${LOG_LEVELS.join(', ')} (default: info)`)
    .option('--json', 'log lines as JSON on a terminal, too')
    .exitOverride()
    .configureOutput({ writeOut: print, writeErr: () => {}, outputError: () => {} })
    .addHelpText('after', `${EXAMPLES}\n${ENVIRONMENT}\n${SIGNALS}\n\n${EXIT_CODES}`)
    .action(run);
}

function collected(value: string, earlier: readonly string[] = []): string[] {
  return [...earlier, value];
}
