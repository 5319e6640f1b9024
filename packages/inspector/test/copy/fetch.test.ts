import fc from 'fast-check';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { copyFetch } from '../../src/copy/fetch.ts';
import { isFetchForbidden } from '../../src/copy/fetch-rules.ts';
import { survivesParsing } from '../../src/copy/url-rules.ts';
import { Recorder } from './recorder.ts';
import { anySample, bytesOf, HOSTILE_BODIES, requestTo, type Sample } from './requests.ts';

const recorder = new Recorder();
beforeAll(() => recorder.open());
afterAll(() => recorder.close());

/** Lower-case names, repeated lines joined, as fetch has them. */
function joinedHeaders(headers: readonly string[]): Map<string, string> {
  const joined = new Map<string, string>();
  for (let at = 0; at < headers.length; at += 2) {
    const name = (headers[at] as string).toLowerCase();
    const before = joined.get(name);
    const value = headers[at + 1] as string;
    const glue = name === 'cookie' ? '; ' : ', ';
    joined.set(name, before === undefined ? value : before + glue + value);
  }
  return joined;
}

async function expectSame(sample: Sample): Promise<void> {
  const copy = copyFetch(requestTo(recorder.origin, sample));
  const args = ['--input-type=module', '-e', copy.text];
  const got = await recorder.run(copy, process.execPath, args);
  const hasBody = !/^(?:get|head)$/i.test(sample.method);
  const normal = /^(?:delete|get|head|options|post|put)$/i;
  const { method } = sample;
  expect(got.method).toBe(normal.test(method) ? method.toUpperCase() : method);
  if (survivesParsing(sample.target)) expect(got.target).toBe(sample.target);
  expect(got.body).toEqual(Buffer.from(hasBody ? sample.body : []));
  const headers = joinedHeaders(got.headers);
  for (const [name, value] of joinedHeaders(sample.headers)) {
    if (!isFetchForbidden(name)) expect(headers.get(name), name).toBe(value);
  }
  if (!joinedHeaders(sample.headers).has('content-type')) {
    expect(headers.has('content-type')).toBe(false);
  }
}

describe('fetch text, run by Node', () => {
  it('sends every hostile body', async () => {
    for (const text of HOSTILE_BODIES) {
      await expectSame({ method: 'POST', target: '/', headers: [], body: bytesOf(text) });
    }
  });

  it('sends the same request, as far as fetch can', async () => {
    await fc.assert(
      fc.asyncProperty(anySample, (sample) => expectSame(sample)),
      { numRuns: 40, interruptAfterTimeLimit: 12_000 },
    );
  });

  it('sends bytes inline and a long body from the file', async () => {
    const sample = { method: 'PUT', target: '/', headers: ['Expect', '100-continue'] };
    await expectSame({ ...sample, body: new Uint8Array([0xff, 0, 0x80]) });
    await expectSame({ ...sample, body: new Uint8Array(100_000).fill(0xff) });
  });
});

describe('fetch text', () => {
  it('reads as expected', () => {
    const headers = ['Content-Type', 'text/html', 'X', '\xe9"'];
    const body = bytesOf('</script>\u2028é');
    const sample = { method: 'POST', target: '/a', headers, body };
    expect(copyFetch(requestTo('https://x.example', sample)).text).toBe(
      `const response = await fetch("https://x.example/a", {
  method: "POST",
  headers: [
    ["Content-Type", "text/html"],
    ["X", "\\u00e9\\""],
  ],
  body: "\\x3C/script>\\u2028é",
  redirect: "manual",
});
console.log(response.status, await response.text());`,
    );
  });

  it('warns of all that fetch forbids', () => {
    const headers = ['Cookie', 'a', 'X', '1', 'x', '2', 'Expect', '100-continue', 'Sec-Ch-Ua', 'a'];
    const sample = { method: 'get', target: '/../"', headers, body: bytesOf('x') };
    const warnings = copyFetch(requestTo('https://x.example', sample)).warnings.join('\n');
    for (const word of [
      'Cookie, Sec-Ch-Ua',
      'joins',
      'Expect',
      'dot segments',
      'no body',
      'upper',
    ]) {
      expect(warnings).toContain(word);
    }
  });
});
