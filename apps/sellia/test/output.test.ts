import { PassThrough } from 'node:stream';
import { type ColorChoice, Failure } from '@sellia/terminal';
import { afterEach, beforeEach, describe, expect, test, vi } from 'vitest';
import type { RequestEvent, TunnelEvent } from '../src/events.ts';
import { createOutput, type Output } from '../src/output/output.ts';
import { VERSION } from '../src/version.ts';

class Stream extends PassThrough {
  readonly isTTY: boolean;
  readonly columns: number;

  constructor(isTTY: boolean, columns = 60) {
    super();
    this.isTTY = isTTY;
    this.columns = columns;
  }

  get text(): string {
    return this.readAll().replaceAll(/\[\d\d:\d\d:\d\d\]/g, '[HH:MM:SS]');
  }

  /** All that waits; a read may bring a single write. */
  readAll(): string {
    let text = '';
    for (let part = this.read(); part !== null; part = this.read()) text += part;
    return text;
  }
}

interface Seen {
  readonly output: Output;
  readonly stdout: Stream;
  readonly stderr: Stream;
}

interface SeenChoice {
  readonly isTTY: boolean;
  readonly json?: boolean;
  readonly color?: ColorChoice;
  readonly columns?: number;
}

function see({ isTTY, json = false, color = 'auto', columns = 60 }: SeenChoice): Seen {
  const stdout = new Stream(isTTY, columns);
  const stderr = new Stream(isTTY, columns);
  const env = { NO_COLOR: '1' };
  return {
    output: createOutput({ stdout, stderr, env, color, json, onGone: () => {} }),
    stdout,
    stderr,
  };
}

const connecting: TunnelEvent = { event: 'status', status: 'connecting', reason: '' };
const ready: TunnelEvent = {
  event: 'ready',
  tunnel: 'api',
  url: 'http://api.relay.test',
  target: 'http://localhost:8080',
  targetAnswers: true,
  server: 'http://relay.test',
  inspector: 'http://localhost:4040/?token=secret',
};
const request: RequestEvent = {
  event: 'request',
  method: 'GET',
  path: '/path?q=1',
  status: 200,
  code: null,
  durationMs: 12,
  bytesIn: 0,
  bytesOut: 13,
};
const taken = new Failure('taken', { code: 'SELLIA_NAME_TAKEN', exitCode: 6, hints: ['another'] });

describe('on a terminal', () => {
  test('the banner has at most eight lines and everything is on stdout', () => {
    const { output, stdout, stderr } = see({ isTTY: true });
    output.tell(connecting);
    output.tell(ready);
    const page = stdout.text;
    expect(page).toBe(
      [
        `Sellia v${VERSION}`,
        '',
        '  Public URL  http://api.relay.test',
        '  Forwards to http://localhost:8080 (answers)',
        '  Relay       http://relay.test',
        '  Inspector   http://localhost:4040/?token=secret',
        '',
        '  Press Ctrl-C to stop',
        '',
        '',
      ].join('\n'),
    );
    expect(page.trimEnd().split('\n').length).toBeLessThanOrEqual(8);
    expect(stderr.text).toBe('');
  });

  test('a request is one line of time, method, path, status and duration', () => {
    const { output, stdout } = see({ isTTY: true });
    output.tell(request);
    expect(stdout.text).toBe('[HH:MM:SS] GET /path?q=1 200 12ms\n');
  });

  test('no line is wider than the terminal, whatever the visitor asks for', () => {
    for (const columns of [60, 80, 200]) {
      const { output, stdout } = see({ isTTY: true, columns });
      output.tell({ ...request, path: `/${'x'.repeat(60_000)}`, method: 'M'.repeat(60) });
      output.tell({ ...request, path: '/漢字'.repeat(99), status: 502, code: 'SELLIA_CODE' });
      output.tell({ event: 'ws.open', path: `/${'x'.repeat(999)}`, protocol: null });
      for (const line of stdout.text.trimEnd().split('\n')) {
        expect(line.length).toBeLessThanOrEqual(columns);
      }
    }
  });

  test('a request cannot paint, move the cursor or reverse what stands there', () => {
    const { output, stdout } = see({ isTTY: true, columns: 200 });
    const rightToLeft = Buffer.from('\u202e').toString('latin1');
    output.tell({ ...request, path: `/\x1b[2J\x9b31m\r\n\x07${rightToLeft}é`, method: 'X\x1bY' });
    expect(stdout.text).toBe(
      '[HH:MM:SS] X\\x1bY /\\x1b[2J\\x9b31m\\x0d\\x0a\\x07â\\x80®é 200 12ms\n',
    );
    output.tell({ ...request, path: `/${rightToLeft}` });
    expect(stdout.text).toBe('[HH:MM:SS] GET /\\u{202e} 200 12ms\n');
  });

  test('a path of UTF-8 bytes is shown as text', () => {
    const { output, stdout } = see({ isTTY: true });
    output.tell({ ...request, path: Buffer.from('/é漢').toString('latin1') });
    expect(stdout.text).toBe('[HH:MM:SS] GET /é漢 200 12ms\n');
  });

  test('a relay that sends escapes gets no further', () => {
    const { output, stdout, stderr } = see({ isTTY: true, color: 'always' });
    const url = 'http://x/\x1b]8;;http://evil\x07';
    output.tell({ ...ready, url, inspector: null } as TunnelEvent);
    output.fail(new Failure('\x1b[2J', { code: '\x1b[3J', exitCode: 1 }));
    for (const text of [stdout.text, stderr.text]) {
      const foreign = text.split('\x1b').filter((part, i) => i > 0 && !/^\[\d+m/.test(part));
      expect(foreign).toEqual([]);
    }
  });

  test('the URL is bold and a link when colours are on', () => {
    const { output, stdout } = see({ isTTY: true, color: 'always' });
    output.tell(ready);
    expect(stdout.text).toContain(
      '\x1b[1m\x1b]8;;http://api.relay.test\x1b\\http://api.relay.test\x1b]8;;\x1b\\\x1b[22m',
    );
  });

  test('methods, statuses and slow answers have their colours', () => {
    const { output, stdout } = see({ isTTY: true, color: 'always' });
    output.tell({ ...request, method: 'DELETE', status: 404, durationMs: 1500 });
    expect(stdout.text).toContain(
      '\x1b[31mDELETE\x1b[39m /path?q=1\x1b[33m 404\x1b[39m\x1b[33m 1.5s',
    );
  });

  test('WebSockets have a line when they open and one when they close', () => {
    const { output, stdout } = see({ isTTY: true, columns: 80 });
    output.tell({ event: 'ws.open', path: '/chat', protocol: 'v1' });
    output.tell({
      event: 'ws.close',
      path: '/chat',
      closeCode: 1001,
      closedBy: 'upstream',
      code: null,
      durationMs: 192_000,
      bytesIn: 1_258_291,
      bytesOut: 9216,
    });
    expect(stdout.text).toBe(
      '[HH:MM:SS] WS open /chat (v1)\n[HH:MM:SS] WS close 1001 /chat 3m12s up 1.2MB down 9.0kB\n',
    );
  });

  test('changes of state have a line each; the same URL is not printed again', () => {
    const { output, stdout } = see({ isTTY: true });
    output.tell(ready);
    stdout.readAll();
    output.tell({ event: 'status', status: 'draining', reason: 'closing the tunnel' });
    output.tell({ event: 'status', status: 'connected', reason: 'same URL' });
    output.tell({ ...ready, url: 'http://new.relay.test' } as TunnelEvent);
    expect(stdout.text).toBe(
      [
        '[HH:MM:SS] draining: closing the tunnel',
        '[HH:MM:SS] connected: same URL',
        '[HH:MM:SS] public URL is now http://new.relay.test',
        '',
      ].join('\n'),
    );
  });

  test('warnings and failures are on stderr', () => {
    const { output, stdout, stderr } = see({ isTTY: true });
    output.warn('ps shows it');
    output.fail(taken);
    expect(stdout.text).toBe('');
    expect(stderr.text).toBe(
      'warning: ps shows it\nerror[SELLIA_NAME_TAKEN]: taken\nhint: another\n',
    );
  });
});

const lost = 'The relay went away.';
const away = (attempt: number, nextTryMs: number, reason = lost): TunnelEvent => ({
  event: 'status',
  status: 'reconnecting',
  reason,
  attempt,
  nextTryMs,
});
const back: TunnelEvent = {
  event: 'status',
  status: 'connected',
  reason: 'again after 5.0s',
  awayMs: 5000,
};

describe('while the link is lost, a terminal', () => {
  beforeEach(() => void vi.useFakeTimers());
  afterEach(() => void vi.useRealTimers());

  const WIDTH = 79;
  const erased = `\r${' '.repeat(WIDTH)}\r`;
  const reconnecting = '[HH:MM:SS] reconnecting: The relay went away';

  function seeAway(): Seen {
    const seen = see({ isTTY: true, columns: WIDTH + 1 });
    seen.output.tell(ready);
    seen.stdout.readAll();
    seen.output.tell(away(1, 400));
    return seen;
  }

  test('has one line that says why, which attempt is next and when, and counts down', () => {
    const { output, stdout } = seeAway();
    expect(stdout.text).toBe(`${reconnecting} (attempt 1, next try in 1s)`);
    vi.advanceTimersByTime(500);
    output.tell(away(2, 2500, 'Nothing listens there.'));
    vi.advanceTimersByTime(3000);
    expect(stdout.text.split(erased)).toEqual([
      '',
      '[HH:MM:SS] reconnecting: Nothing listens there (attempt 2, next try in 3s)',
      '[HH:MM:SS] reconnecting: Nothing listens there (attempt 2, next try in 2s)',
      '[HH:MM:SS] reconnecting: Nothing listens there (attempt 2, next try in 1s)',
      '[HH:MM:SS] reconnecting: Nothing listens there (attempt 2, trying now)',
    ]);
  });

  test('has it replaced by one line when the tunnel is back', () => {
    const { output, stdout } = seeAway();
    stdout.readAll();
    output.tell(back);
    expect(stdout.text).toBe(`${erased}[HH:MM:SS] connected: again after 5.0s\n`);
    vi.advanceTimersByTime(60_000);
    expect(stdout.text).toBe('');
    expect(vi.getTimerCount()).toBe(0);
  });

  test('shows requests and warnings above it', () => {
    const { output, stdout, stderr } = seeAway();
    stdout.readAll();
    output.tell(request);
    output.warn('look out');
    const again = `${reconnecting} (attempt 1, next try in 1s)`;
    expect(stdout.text).toBe(
      `${erased}[HH:MM:SS] GET /path?q=1 200 12ms\n${again}${erased}${again}`,
    );
    expect(stderr.text).toBe('warning: look out\n');
  });

  test('is left clean when the program ends', () => {
    const { output, stdout, stderr } = seeAway();
    stdout.readAll();
    output.fail(taken);
    expect(stdout.text).toBe(erased);
    expect(stderr.text).toContain('error[SELLIA_NAME_TAKEN]');
    expect(vi.getTimerCount()).toBe(0);
  });

  test('never wraps it, and obeys nothing in it', () => {
    for (const columns of [20, 60, 80]) {
      const { output, stdout } = see({ isTTY: true, columns });
      output.tell(away(3, 400, `\x1b[2J\r${'漢'.repeat(200)}`));
      const line = stdout.text;
      expect(line.length).toBeLessThan(columns);
      expect(line).not.toMatch(/\p{Cc}/u);
      expect(line).toMatch(/now\)|in 1s\)$/);
    }
  });

  test('has one for a relay that is busy at first, erased before the banner', () => {
    const { output, stdout } = see({ isTTY: true, columns: WIDTH + 1 });
    output.tell(connecting);
    stdout.readAll();
    output.tell({ ...connecting, reason: 'Busy.', attempt: 2, nextTryMs: 400 });
    expect(stdout.text).toBe('[HH:MM:SS] connecting: Busy (attempt 2, next try in 1s)');
    stdout.readAll();
    output.tell(ready);
    expect(stdout.text.startsWith(`${erased}\n  Public URL`)).toBe(true);
    vi.advanceTimersByTime(60_000);
    expect(vi.getTimerCount()).toBe(0);
  });

  test('that is dumb gets lines as a file does', () => {
    const stdout = new Stream(true);
    const env = { NO_COLOR: '1', TERM: 'dumb' };
    const streams = { stdout, stderr: new Stream(true), env };
    const output = createOutput({ ...streams, color: 'auto', json: false, onGone: () => {} });
    output.tell(away(1, 400));
    expect(stdout.text).toBe(`${reconnecting} (attempt 1, next try in 400ms)\n`);
  });
});

describe('off a terminal', () => {
  test('a lost link is told once for each reason, and once a minute while it lasts', () => {
    vi.useFakeTimers();
    const { output, stdout, stderr } = see({ isTTY: false });
    output.tell(ready);
    stderr.readAll();
    output.tell(away(1, 312));
    for (let attempt = 2; attempt < 20; attempt += 1) {
      vi.advanceTimersByTime(5000);
      output.tell(away(attempt, 5000, 'No answer.'));
    }
    output.tell(back);
    vi.useRealTimers();
    expect(stderr.text.split('\n')).toEqual([
      '[HH:MM:SS] reconnecting: The relay went away (attempt 1, next try in 312ms)',
      '[HH:MM:SS] reconnecting: No answer (attempt 2, next try in 5.0s)',
      '[HH:MM:SS] reconnecting: No answer (attempt 14, next try in 5.0s)',
      '[HH:MM:SS] connected: again after 5.0s',
      '',
    ]);
    expect(stdout.text).toBe('http://api.relay.test\n');
  });

  test('a relay that is busy at first is told once, and anew when it is lost later', () => {
    const { output, stdout, stderr } = see({ isTTY: false });
    output.tell(connecting);
    stderr.readAll();
    for (const attempt of [2, 3]) {
      output.tell({ ...connecting, reason: 'Busy.', attempt, nextTryMs: 400 });
    }
    expect(stderr.text).toBe('[HH:MM:SS] connecting: Busy (attempt 2, next try in 400ms)\n');
    output.tell(ready);
    stderr.readAll();
    output.tell(away(1, 400, 'Busy.'));
    expect(stderr.text).toBe('[HH:MM:SS] reconnecting: Busy (attempt 1, next try in 400ms)\n');
    expect(stdout.text).toBe('http://api.relay.test\n');
  });

  test('stdout is the URL alone', () => {
    const { output, stdout, stderr } = see({ isTTY: false });
    for (const event of [connecting, ready, request]) output.tell(event);
    output.fail(taken);
    expect(stdout.text).toBe('http://api.relay.test\n');
    expect(stderr.text).toBe(
      [
        `Sellia v${VERSION}`,
        '  Public URL  http://api.relay.test',
        '  Forwards to http://localhost:8080 (answers)',
        '  Relay       http://relay.test',
        '  Inspector   http://localhost:4040/?token=secret',
        '[HH:MM:SS] GET /path?q=1 200 12ms',
        'error[SELLIA_NAME_TAKEN]: taken',
        'hint: another',
        '',
      ].join('\n'),
    );
  });

  test('a URL from a hostile relay stays one line', () => {
    const { output, stdout } = see({ isTTY: false });
    output.tell({ ...ready, url: 'http://a\nhttp://b' } as TunnelEvent);
    expect(stdout.text).toBe('http://a\\x0ahttp://b\n');
  });
});

describe('with --json', () => {
  test('stdout is NDJSON and nothing else, and every line has v, event, time and tunnel', () => {
    const { output, stdout, stderr } = see({ isTTY: true, json: true });
    for (const event of [connecting, ready, request]) output.tell(event);
    output.fail(taken);
    const lines = stdout.text
      .trimEnd()
      .split('\n')
      .map((line) => JSON.parse(line));
    const common = { v: 1, time: expect.stringMatching(/^\d{4}-.*Z$/) };
    expect(lines).toEqual([
      { ...common, ...connecting, tunnel: null },
      { ...common, ...ready },
      { ...common, ...request, tunnel: 'api' },
      {
        ...common,
        event: 'error',
        tunnel: 'api',
        code: 'SELLIA_NAME_TAKEN',
        message: 'taken',
        hint: 'another',
        exitCode: 6,
      },
    ]);
    expect(stderr.text).toBe('');
  });

  test('each attempt is told with its number and when, and the end with how long it took', () => {
    const { output, stdout } = see({ isTTY: true, json: true });
    output.tell(away(1, 312));
    output.tell(away(2, 1000));
    output.tell(back);
    const lines = stdout.text.trimEnd().split('\n');
    expect(lines.map((line) => JSON.parse(line))).toMatchObject([
      { status: 'reconnecting', reason: lost, attempt: 1, nextTryMs: 312 },
      { status: 'reconnecting', reason: lost, attempt: 2, nextTryMs: 1000 },
      { status: 'connected', awayMs: 5000 },
    ]);
  });

  test('the line is ASCII without controls, and the path is exact', () => {
    const { output, stdout } = see({ isTTY: true, json: true });
    const path = '/\x1b\x7f\x9b\u202e';
    output.tell({ ...request, path });
    const line = stdout.text;
    expect(line).toMatch(/^[\x20-\x7e]+\n$/);
    expect(JSON.parse(line).path).toBe(path);
  });
});
