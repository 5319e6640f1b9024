import { describe, expect, test } from 'vitest';
import { closeTone, endingOf } from '../../src/socket/overview/ending.ts';
import { socketDetail, socketRow } from './sockets.ts';

const by = { visitor: 'The visitor', upstream: 'Your app' } as const;

describe('how a WebSocket ended', () => {
  test('says nothing while it goes on', () => {
    expect(endingOf(socketRow(), socketDetail())).toBeUndefined();
    expect(
      endingOf(socketRow({ state: 'connecting', socket: undefined }), undefined),
    ).toBeUndefined();
  });

  test.each(['visitor', 'upstream'] as const)('names the side that closed: %s', (side) => {
    const close = { code: 1008, reason: 'no <b>way</b>', side };
    const other = side === 'visitor' ? 'upstream' : 'visitor';
    const answer = { code: 1008, reason: '', side: other, at: 2, isReasonBroken: false } as const;
    const frame = { ...close, at: 1, isReasonBroken: false };
    const row = socketRow({ state: 'closed', durationMs: 9, close });
    const ending = endingOf(row, socketDetail({ close: frame, answer }));
    expect(ending).toMatchObject({
      ...{ code: 1008, name: 'Policy violation', reason: 'no <b>way</b>', tone: 'bad' },
      by: `${by[side]} closed it`,
      how: `Clean: ${by[other].toLowerCase()} answered with the same code.`,
    });
  });

  test('tells an answer with another code, none yet, and none at all', () => {
    const close = { code: 1000, reason: '', side: 'visitor' } as const;
    const frame = { ...close, at: 1, isReasonBroken: false };
    const answer = {
      code: 1011,
      reason: '',
      side: 'upstream',
      at: 2,
      isReasonBroken: false,
    } as const;
    const how = (durationMs: number, detail: object): string | undefined =>
      endingOf(socketRow({ durationMs, close }), socketDetail({ close: frame, ...detail }))?.how;
    expect(how(9, { answer })).toBe('Clean: your app answered with 1011.');
    expect(how(-1, {})).toBe('Not over yet: your app has to answer.');
    expect(how(9, {})).toBe('Not clean: the connection ended before your app answered.');
  });

  test('finds what is behind a connection that broke, by the failure', () => {
    const close = { code: 1006, reason: '', side: 'upstream' } as const;
    const failure = { code: 'SELLIA_UPSTREAM_RESET', side: 'upstream', reason: 'x' } as const;
    const row = socketRow({ state: 'aborted', durationMs: 9, close, failure });
    const ending = endingOf(row, socketDetail());
    expect(ending).toMatchObject({ code: 1006, name: 'Abnormal closure', tone: 'bad' });
    expect(ending?.reason).toBeUndefined();
    expect(ending?.by).toBe('Your app: the connection broke there');
    expect(ending?.cause).toMatch(/local process ended/);
  });

  test('without a failure and a frame it is who was gone first', () => {
    const close = { code: 1006, reason: '', side: 'visitor' } as const;
    const ending = endingOf(socketRow({ durationMs: 9, close }), socketDetail());
    expect(ending?.by).toBe('The visitor was gone first');
    expect(ending?.cause).toMatch(/its page or program ended/);
  });

  test('tells a relay that was drained', () => {
    const close = { code: 1012, reason: '', side: 'relay' } as const;
    const ending = endingOf(socketRow({ durationMs: 9, close }), socketDetail());
    expect(ending).toMatchObject({ by: 'The relay took leave of both sides', tone: 'warn' });
    expect(ending?.cause).toMatch(/drained/);
  });

  test.each([
    [401, /Signing in/],
    [404, /no WebSocket on this path/],
    [418, /not accepted/],
    [500, /Your app failed/],
    [599, /server failed/],
    [200, /ordinary request/],
    [302, /elsewhere/],
  ])('explains a rejection with %i', (status, meaning) => {
    const row = socketRow({ state: 'rejected', status, durationMs: 2, socket: undefined });
    expect(endingOf(row, undefined)).toMatchObject({ code: status, by: 'Your app answered it' });
    expect(endingOf(row, undefined)?.meaning).toMatch(meaning);
  });

  test('tells a dead upstream from a rejection', () => {
    const failure = {
      code: 'SELLIA_UPSTREAM_REFUSED',
      side: 'upstream',
      reason: 'refused',
    } as const;
    const row = socketRow({
      state: 'aborted',
      status: 502,
      durationMs: 2,
      failure,
      socket: undefined,
    });
    const ending = endingOf(row, undefined);
    expect(ending).toMatchObject({ name: 'Never opened', meaning: 'Refused.' });
    expect(ending).toMatchObject({ by: 'Your app', how: 'The visitor got 502.' });
    expect(ending?.cause).toMatch(/Is your app running/);
  });

  test('colours codes', () => {
    const tones = [1000, 1001, 1005, 1006, 1011, 1012, 3000, 4000].map(closeTone);
    expect(tones).toEqual(['good', 'good', 'plain', 'bad', 'bad', 'warn', 'note', 'note']);
  });
});
