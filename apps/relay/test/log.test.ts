import { Palette, type Shown, styled } from '@sellia/terminal';
import { expect, test } from 'vitest';
import { logEvent } from '../src/event-log.ts';
import { createLog, type Log } from '../src/log.ts';

function logging(palette: Palette | undefined): { log: Log; lines: string[] } {
  const lines: string[] = [];
  const print = (line: Shown): void => {
    lines.push(styled`${line}`.text.replace(/^\[\d\d:\d\d:\d\d\]/, '[HH:MM:SS]'));
  };
  return { log: createLog({ level: 'info', palette, print }), lines };
}

test('off a terminal a line is JSON', () => {
  const { log, lines } = logging(undefined);
  log.info({ name: 'api', n: 1 }, 'tunnel opened');
  expect(lines.map((line) => JSON.parse(line))).toEqual([
    { level: 30, time: expect.stringMatching(/Z$/), name: 'api', n: 1, msg: 'tunnel opened' },
  ]);
});

test('for people a line is time, level, message and fields', () => {
  const { log, lines } = logging(new Palette(false));
  log.warn({ name: 'api', reason: 'two words', n: 1 }, 'tunnel closed');
  expect(lines).toEqual(['[HH:MM:SS] warn  tunnel closed name=api reason="two words" n=1']);
});

test('lines below the level are not written', () => {
  const { log, lines } = logging(new Palette(false));
  log.debug({}, 'quiet');
  expect(lines).toEqual([]);
});

test('what a client calls itself cannot paint or add a line, in either form', () => {
  const agent = 'x\x1b[2J\n\x9b\u202e';
  const event = { type: 'session.opened', session: 's', agent, address: '::1' } as const;
  const people = logging(new Palette(false));
  logEvent(people.log, event);
  expect(people.lines).toEqual([
    '[HH:MM:SS] info  client connected session=s agent="x\\u001b[2J\\n\\x9b\\u{202e}" address=::1',
  ]);
  const programs = logging(undefined);
  logEvent(programs.log, event);
  expect(programs.lines[0]).toMatch(/^[\x20-\x7e]+$/);
  expect(JSON.parse(programs.lines[0] ?? '').agent).toBe(agent);
});

test('a defect is logged with its stack', () => {
  const { log, lines } = logging(undefined);
  logEvent(log, { type: 'fault', error: new Error('broken') });
  expect(JSON.parse(lines[0] ?? '').err).toMatchObject({ message: 'broken', type: 'Error' });
});
