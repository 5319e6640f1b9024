import fc from 'fast-check';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { copyCurl } from '../../src/copy/curl.ts';
import type { Copied } from '../../src/copy/request.ts';
import { Recorder } from './recorder.ts';
import { anySample, bytesOf, HOSTILE_BODIES, requestTo, type Sample } from './requests.ts';

const recorder = new Recorder();
beforeAll(() => recorder.open());
afterAll(() => recorder.close());

const plain: Sample = { method: 'POST', target: '/', headers: [], body: new Uint8Array() };

function copied(sample: Sample): Copied {
  return copyCurl(requestTo(recorder.origin, sample));
}

async function expectSame(sample: Sample, shell = 'sh'): Promise<void> {
  const copy = copied(sample);
  expect(copy.text).toMatch(/^[^\p{Cc}\p{Cf}]*(?:\n[^\p{Cc}\p{Cf}]*)*$/u);
  const got = await recorder.run(copy, shell, ['-c', copy.text]);
  expect(got.method).toBe(sample.method);
  expect(got.target).toBe(sample.target);
  expect(got.headers).toEqual(sample.headers);
  expect(got.body).toEqual(Buffer.from(sample.body));
}

describe('curl through a shell sends the same bytes', () => {
  it.each(HOSTILE_BODIES)('body %j (J24)', async (text) => {
    await expectSame({ ...plain, body: bytesOf(text), headers: ['Content-Type', 'text/plain'] });
    await expectSame({ ...plain, body: bytesOf(text) }, 'bash');
  });

  it('whatever the request is', async () => {
    await fc.assert(
      fc.asyncProperty(anySample, (sample) => expectSame(sample)),
      { numRuns: 60, interruptAfterTimeLimit: 15_000 },
    );
  });

  it('bytes that are no text, from the file', async () => {
    const body = new Uint8Array([0xff, 0, 0x80, 0x0a]);
    expect(copied({ ...plain, body }).file).toEqual({ name: 'body.bin', bytes: body });
    await expectSame({ ...plain, body });
  });

  it('a long body, from the file, without asking to continue', async () => {
    const body = bytesOf('x'.repeat(2 * 1024 * 1024));
    expect(copied({ ...plain, body }).text.length).toBeLessThan(200);
    await expectSame({ ...plain, body });
  });

  it('the longest body that stands in the text', async () => {
    const body = bytesOf('\r'.repeat(64 * 1024));
    const copy = copied({ ...plain, body });
    const script = await recorder.write('script.sh', copy.text);
    const got = await recorder.run(copy, 'sh', [script]);
    expect(got.body).toEqual(Buffer.from(body));
  });

  it('header values that are UTF-8, latin1, empty, quotes and options', async () => {
    const values = ['caf\xc3\xa9', 'caf\xe9', '', "it's", '"', '-d', '@file', '\x9b2J', 'a;', ';'];
    await expectSame({ ...plain, headers: values.flatMap((value) => ['X-Value', value]) });
  });

  it('Accept-Encoding as it was, and decodes the answer', async () => {
    const sample = { ...plain, headers: ['accept-encoding', 'gzip, zz'] };
    expect(copied(sample).text).toContain('--compressed');
    await expectSame(sample);
  });

  it('HEAD by -I, an empty body as one, and the target *', async () => {
    await expectSame({ ...plain, method: 'HEAD' });
    await expectSame({ ...plain, method: 'OPTIONS', target: '*' });
    const empty = copied({ ...plain, headers: ['Content-Length', '0'] });
    expect(empty.text).toContain("--data-raw ''");
  });
});

describe('what curl text leaves out', () => {
  it('headers of the connection and of the relay', () => {
    const headers = ['Connection', 'close', 'Keep-Alive', 'x', 'Transfer-Encoding', 'chunked'];
    headers.push('TE', 'trailers', 'Trailer', 'x', 'Upgrade', 'h2c', 'Proxy-Secret', 'x');
    headers.push('X-Forwarded-For', '1.2.3.4', 'X-Forwarded-Host', 'x', 'Forwarded', 'for=x');
    headers.push('Content-Length', '3', 'Host', `127.0.0.1:${recorder.port}`, ':method', 'GET');
    const { text } = copied({ ...plain, headers, body: bytesOf('abc') });
    const [first, ...lines] = text.split(' \\\n  ');
    expect(first).toBe(`curl '${recorder.origin}/'`);
    const own = ["-H 'User-Agent:'", "-H 'Accept:'", "-H 'Content-Type:'", "--data-raw 'abc'"];
    expect(lines).toEqual(own);
  });

  it('nothing of a Host that is not the URL’s', async () => {
    const copy = copied({ ...plain, headers: ['Host', 'other.example'] });
    const got = await recorder.run(copy, 'sh', ['-c', copy.text]);
    expect(got.host).toBe('other.example');
  });

  it('says what is missing or was impossible', () => {
    const request = requestTo('ftp://x\n', { ...plain, method: 'A B', headers: ['a b', 'x\ny'] });
    const { warnings } = copyCurl({ ...request, isBodyTruncated: true });
    expect(warnings).toHaveLength(5);
  });

  it('secrets, when asked', () => {
    const request = requestTo('https://u:hunter2@x.example', {
      ...plain,
      target: '/?access_token=hunter2&page=2',
      headers: ['Authorization', 'Bearer hunter2', 'Cookie', 'sid=hunter2'],
      body: bytesOf('{"password": "hunter2", "name": "x"}'),
    });
    const { text } = copyCurl(request, { masksSecrets: true });
    expect(text).not.toContain('hunter2');
    expect(text).toContain("-H 'Authorization: Bearer ***'");
    expect(text).toContain('page=2');
  });
});
