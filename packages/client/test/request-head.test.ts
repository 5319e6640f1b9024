import type { OpenHead } from '@sellia/protocol';
import { describe, expect, it } from 'vitest';
import { type HostChoice, prepareRequest, type UpstreamRequest } from '../src/request-head.ts';

const HOST: HostChoice = { hostHeader: 'public', authority: 'localhost:8080' };

function open(
  headers: string[],
  more: Partial<OpenHead['opening']> = {},
  method = 'GET',
): OpenHead {
  return {
    opening: {
      kind: 'http',
      tunnel: 1,
      visitorAddress: '192.0.2.1',
      visitorPort: 1,
      scheme: 'http',
      tlsVersion: '',
      requestId: 'r',
      hops: 0,
      receivedAt: 0,
      acceptsTrailers: false,
      ...more,
    },
    request: { method, target: '/', headers },
  };
}

function prepared(head: OpenHead, ended = true, host = HOST): UpstreamRequest {
  const request = prepareRequest(head, ended, host);
  if ('reason' in request && !('headers' in request)) throw new Error(request.reason);
  return request as UpstreamRequest;
}

describe('the request head', () => {
  it('keeps order, case and number, and drops hop-by-hop lines and what Connection names', () => {
    const headers = [
      ...['x-B', '1', 'HOST', 't.test', 'Cookie', 'a', 'X-b', '2', 'cookie', 'b'],
      ...['Connection', 'close, x-gone , Host, Cookie', 'X-Gone', '1', 'Keep-Alive', '5'],
      ...['Proxy-Authorization', 'x', 'TE', 'gzip', 'Upgrade', 'h2c', 'Trailer', 'X'],
    ];
    const request = prepared(open(headers));
    expect(request.headers).toEqual([
      ...['x-B', '1', 'HOST', 't.test', 'Cookie', 'a', 'X-b', '2', 'cookie', 'b'],
    ]);
    expect(request).toMatchObject({ body: 'none', connection: '', isUpgrade: false });
  });

  it.each([
    ['public', ['Host', 't.test']],
    ['upstream', ['Host', 'localhost:8080']],
    ['app.local', ['Host', 'app.local']],
  ])('chooses the Host %s', (hostHeader, headers) => {
    const request = prepared(open(['Host', 't.test', 'host', 'evil']), true, {
      ...HOST,
      hostHeader,
    });
    expect(request.headers).toEqual(headers);
  });

  it('gives a request without a Host one', () => {
    expect(prepared(open(['A', 'b'])).headers).toEqual(['Host', 'localhost:8080', 'A', 'b']);
  });

  it.each([
    [true, [], 'none', []],
    [true, ['Content-Length', '0'], 'none', ['Content-Length', '0']],
    [false, ['Content-Length', '0'], 'none', ['Content-Length', '0']],
    [false, ['content-length', '7'], 'length', ['content-length', '7']],
    [false, [], 'chunked', ['Transfer-Encoding', 'chunked']],
  ] as const)('frames it once: ended %s, %j', (ended, lines, body, framing) => {
    const request = prepared(open(['Host', 't', ...lines]), ended);
    expect(request.body).toBe(body);
    expect(request.headers).toEqual(['Host', 't', ...framing]);
  });

  it.each([
    [['Content-Length', '5', 'Content-Length', '5'], false],
    [['Content-Length', '005'], false],
    [['Content-Length', '5', 'Transfer-Encoding', 'chunked'], false],
    [['Transfer-Encoding', 'chunked'], false],
    [['Content-Length', '5'], true],
  ])('refuses %j, ended %s', (lines, ended) => {
    expect(prepareRequest(open(['Host', 't', ...lines]), ended, HOST)).toHaveProperty('reason');
  });

  it('refuses CONNECT and an upgrade with a body', () => {
    expect(prepareRequest(open(['Host', 't'], {}, 'CONNECT'), true, HOST)).toHaveProperty('reason');
    const upgrade = open(['Host', 't', 'Content-Length', '5'], { kind: 'upgrade' });
    expect(prepareRequest(upgrade, false, HOST)).toHaveProperty('reason');
  });

  it('makes TE and Upgrade anew', () => {
    const trailers = prepared(open(['Host', 't', 'TE', 'gzip'], { acceptsTrailers: true }));
    expect(trailers).toMatchObject({ headers: ['Host', 't', 'TE', 'trailers'], connection: 'TE' });
    const upgrade = prepared(open(['Host', 't'], { kind: 'upgrade' }), false);
    expect(upgrade).toMatchObject({
      headers: ['Host', 't', 'Upgrade', 'websocket'],
      connection: 'Upgrade',
      body: 'none',
    });
  });
});
