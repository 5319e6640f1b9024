import { readDuration } from '@sellia/terminal';
import { type Command, InvalidArgumentError } from 'commander';
import type { ExportFlags } from './commands/export.ts';
import type { ReplayFlags } from './commands/replay.ts';
import type { RequestFlags } from './commands/request.ts';
import type { RequestsFlags } from './commands/requests.ts';
import { readColor } from './read-color.ts';

/** Commands that ask the inspectors which run. */
export interface InspectorCommands {
  requests(filter: readonly string[], flags: RequestsFlags): Promise<void>;
  request(id: string, flags: RequestFlags): Promise<void>;
  replay(id: string, flags: ReplayFlags): Promise<void>;
  export(filter: readonly string[], flags: ExportFlags): Promise<void>;
}

const LISTED = 20;
/** More than an inspector keeps. */
const LISTED_MAX = 20_000;
/** How long the end of an answer is waited for. */
const REPLAY_WAIT_MS = 30_000;

const FILTER = `
The filter is the page's: status:5xx, method:POST, path:/hook, header:name=value, body:text,
type:json, dur:>1s, is:error, is:ws and more (docs/inspector.md). A term that begins with - needs
-- before it.`;

/** Behind the help of each, too. */
export const INSPECTOR_EXAMPLES = `  sellia requests -f status:5xx           what fails, as it happens
  sellia requests -n 5 -- -is:ws path:/api
  sellia replay c194b71 --body @fixed.json
  sellia export --har -o errors.har is:error`;

export function addInspectorCommands(program: Command, commands: InspectorCommands): void {
  addRequests(program, commands);
  addRequest(program, commands);
  addReplay(program, commands);
  addExport(program, commands);
}

function addRequests(program: Command, commands: InspectorCommands): void {
  withInspector(program.command('requests'))
    .description('list the newest requests that running tunnels have had')
    .argument('[filter...]', 'what to list (default: all)')
    .option('-n, --number <count>', 'how many', readCount, LISTED)
    .option('-f, --follow', 'go on with what comes, until Ctrl-C')
    .option('--json', 'one JSON object a line')
    .addHelpText('after', `${FILTER}\n\nExamples:\n${INSPECTOR_EXAMPLES}`)
    .action((filter: string[], flags: RequestsFlags) => commands.requests(filter, flags));
}

function addRequest(program: Command, commands: InspectorCommands): void {
  withInspector(program.command('request'))
    .description('show one request and its answer')
    .argument('<id>', 'as sellia requests lists it')
    .option('--raw', "the request's bytes alone, as far as they were kept")
    .option('--response', "with --raw: the answer's")
    .option('--json', 'all of it but the bodies, as JSON')
    .action((id: string, flags: RequestFlags) => commands.request(id, flags));
}

function addReplay(program: Command, commands: InspectorCommands): void {
  withInspector(program.command('replay'))
    .description('send a request again to the local server')
    .argument('<id>', 'as sellia requests lists it')
    .option('--method <method>', 'another method')
    .option('--path <path>', 'another path and query')
    .option(
      '--header <line>',
      "'Name: value', or 'Name:' to leave it out; again for more",
      collected,
    )
    .option('--body <text>', 'another body; @file for that of a file')
    .option('--tunnel <name>', 'through another tunnel of the same program')
    .option(
      '--timeout <time>',
      'how long the end of the answer is waited for (default: 30s)',
      readTime,
      REPLAY_WAIT_MS,
    )
    .option('--json', 'the new request as one JSON object')
    .addHelpText(
      'after',
      '\nExample:\n  sellia replay c194b71 --header "X-Debug: 1" --body @fixed.json',
    )
    .action((id: string, flags: ReplayFlags) => commands.replay(id, flags));
}

function addExport(program: Command, commands: InspectorCommands): void {
  withInspector(program.command('export'))
    .description('write requests and answers to a HAR file')
    .argument('[filter...]', 'what to export (default: all)')
    .option('--har', 'as HAR 1.2, the one format there is')
    .option('-o, --output <file>', 'where to (default: stdout)')
    .option('--secrets', 'keep passwords, tokens and cookies')
    .addHelpText('after', FILTER)
    .action((filter: string[], flags: ExportFlags) => commands.export(filter, flags));
}

function withInspector(command: Command): Command {
  return command
    .option('--inspector <url>', 'of the one to ask, as sellia http prints it (default: all)')
    .option('--color <when>', 'auto, always or never', readColor)
    .option('--no-color', 'the same as --color never')
    .option('--verbose', 'stack traces of what is unexpected');
}

function collected(line: string, before: readonly string[] = []): string[] {
  return [...before, line];
}

function readCount(text: string): number {
  const number = /^\d{1,5}$/.test(text) ? Number(text) : Number.NaN;
  if (number <= LISTED_MAX) return number;
  throw new InvalidArgumentError(`It is 0 to ${LISTED_MAX}.`);
}

function readTime(text: string): number {
  const ms = readDuration(text);
  if (ms === undefined) throw new InvalidArgumentError('It is a time such as 500ms, 30s or 2m.');
  return ms;
}
