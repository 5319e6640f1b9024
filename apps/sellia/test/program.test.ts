import { describe, expect, test } from 'vitest';
import type { HttpFlags } from '../src/commands/http.ts';
import { createProgram, withCommand } from '../src/program.ts';

interface Call {
  readonly target: string | undefined;
  readonly flags: HttpFlags;
}

async function run(...args: string[]): Promise<{ calls: Call[]; text: string }> {
  const calls: Call[] = [];
  let text = '';
  const other = async () => expect.fail('another command was called');
  const commands = {
    ...{ requests: other, request: other, replay: other, export: other },
    http: async (target: string | undefined, flags: HttpFlags) => {
      calls.push({ target, flags });
    },
  };
  const program = createProgram(commands, (part) => {
    text += part;
  });
  await program.parseAsync(withCommand(args), { from: 'user' }).catch((error: Error) => {
    if ((error as { exitCode?: number }).exitCode !== 0) throw error;
  });
  return { calls, text };
}

test.each([
  [['http', '3000'], '3000'],
  [['http'], undefined],
  [['3000'], '3000'],
  [['localhost:3000'], 'localhost:3000'],
  [['unix:/x'], 'unix:/x'],
  [['--server', 'http://r', '3000'], '3000'],
])('%j is a tunnel to %s', async (args, target) => {
  expect((await run(...args)).calls).toMatchObject([{ target }]);
});

test('long and short flags', async () => {
  const long = ['--host', 'h', '--subdomain', 's', '--api-key', 'k', '--server', 'u'];
  const short = ['-H', 'h', '-s', 's', '-k', 'k', '--server', 'u'];
  const flags = { host: 'h', subdomain: 's', apiKey: 'k', server: 'u', remember: true };
  expect((await run('http', '1', ...long)).calls).toEqual([{ target: '1', flags }]);
  expect((await run('http', ...short, '1')).calls).toEqual([{ target: '1', flags }]);
});

test('colour', async () => {
  expect((await run('http', '--color', 'always')).calls[0]?.flags.color).toBe('always');
  expect((await run('http', '--no-color')).calls[0]?.flags.color).toBe(false);
  expect((await run('http')).calls[0]?.flags).toEqual({ remember: true });
  await expect(run('http', '--color', 'blue')).rejects.toThrow('auto, always or never');
});

test('names and waits', async () => {
  const { calls } = await run('http', '--no-remember', '--pool', '--wait-upstream', '5s');
  expect(calls[0]?.flags).toEqual({ remember: false, pool: true, waitUpstream: '5s' });
});

test('the inspector', async () => {
  const { calls } = await run('http', '-i', '5000', '-o', '--no-inspector', '--inspector-strict');
  expect(calls[0]?.flags).toEqual({
    remember: true,
    inspectorPort: '5000',
    open: true,
    inspector: false,
    inspectorStrict: true,
  });
  const hosts = ['--inspector-allow-host', 'a.test', 'b.test', '--inspect-ws', 'full'];
  expect((await run('http', '1', ...hosts)).calls[0]?.flags).toMatchObject({
    inspectorAllowHost: ['a.test', 'b.test'],
    inspectWs: 'full',
  });
});

describe('wrong usage', () => {
  test.each([
    [['htttp', '80'], "unknown command 'htttp'\n(Did you mean http?)"],
    [['http', '--subdomian', 'x'], "unknown option '--subdomian'\n(Did you mean --subdomain?)"],
    [['http', '--auth', 'u:p'], "unknown option '--auth'"],
    [['http', '1', '2'], 'too many arguments'],
    [['http', '--server'], "option '--server <url>' argument missing"],
    [['http', '--subdomain', ''], 'It needs a name.'],
    [['http', '--host-header', 'a\r\nX-Injected: 1'], 'It is no host.'],
    [['--bogus'], "unknown option '--bogus'"],
  ])('%j', async (args, message) => {
    await expect(run(...args)).rejects.toThrow(message);
  });
});

test('help documents every exit code and variable', async () => {
  for (const args of [['--help'], ['help'], ['http', '--help'], ['help', 'http']]) {
    const { text } = await run(...args);
    for (const code of [0, 1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 130]) {
      expect(text).toMatch(new RegExp(`^  ${code} +[a-z]`, 'm'));
    }
    expect(text).toContain('SELLIA_SERVER');
    expect(text).toContain('SELLIA_API_KEY');
    expect(text).toContain('SELLIA_WAIT_UPSTREAM');
    expect(text).toContain('SELLIA_STATE_DIR');
  }
});

test.each(['http', 'requests', 'request', 'replay', 'export'])('the help of %s', async (name) => {
  expect((await run(name, '--help')).text).toMatchSnapshot();
});
