import fc from 'fast-check';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { quoteCmd } from '../../src/copy/cmd-quote.ts';
import { copyCurlCmd } from '../../src/copy/curl-cmd.ts';
import { cmdWords } from './cmd-shell.ts';
import { Recorder } from './recorder.ts';
import { anySample, bytesOf, HOSTILE_BODIES, requestTo, type Sample } from './requests.ts';

const recorder = new Recorder();
beforeAll(() => recorder.open());
afterAll(() => recorder.close());

const variables = new Map([
  ['path', 'C:\\evil" & calc'],
  ['a', 'evil'],
  ['0', 'evil'],
]);

async function expectSame(sample: Sample): Promise<void> {
  const copy = copyCurlCmd(requestTo(recorder.origin, sample));
  const [program, ...args] = cmdWords(copy.text, variables);
  expect(program).toBe('curl');
  const got = await recorder.run(copy, 'curl', args);
  expect(got.method).toBe(sample.method);
  expect(got.target).toBe(sample.target);
  expect(got.body).toEqual(Buffer.from(sample.body));
  const sent: string[] = [];
  for (let at = 0; at < sample.headers.length; at += 2) {
    const line = sample.headers.slice(at, at + 2);
    if (/^[ -~]*$/.test(line[1] ?? '')) sent.push(...line);
  }
  expect(got.headers).toEqual(sent);
}

describe('text for cmd.exe', () => {
  it.each(HOSTILE_BODIES)('gives curl the body %j', async (text) => {
    await expectSame({ method: 'PUT', target: '/', headers: [], body: bytesOf(text) });
  });

  it('gives curl the same request, whatever it is', async () => {
    await fc.assert(
      fc.asyncProperty(anySample, (sample) => expectSame(sample)),
      { numRuns: 60, interruptAfterTimeLimit: 15_000 },
    );
  });

  it('quotes every printable text', () => {
    const text = fc.string({
      unit: fc.constantFrom(...'\\"%!^&|<>()= ,;aPATH:0*~'),
      maxLength: 30,
    });
    fc.assert(
      fc.property(fc.array(text, { maxLength: 3 }), (words) => {
        expect(cmdWords(words.map(quoteCmd).join(' ^\n  '), variables)).toEqual(words);
      }),
      { numRuns: 2000 },
    );
  });

  it('quotes a long run of backslashes at once', () => {
    expect(quoteCmd(`${'\\'.repeat(100_000)}x`)).toHaveLength(100_003);
  });

  it('is easy to read where nothing is special', () => {
    const headers = ['Accept', '*/*', 'User-Agent', 'x (y; z)'];
    const sample = { method: 'GET', target: '/a?b=c&d', headers, body: new Uint8Array() };
    expect(copyCurlCmd(requestTo('https://x.example', sample)).text).toBe(
      'curl "https://x.example/a?b=c&d" ^\n  -H "Accept: */*" ^\n  -H "User-Agent: x (y; z)"',
    );
  });

  it('warns of what cmd.exe cuts off', () => {
    const headers = ['X', 'x'.repeat(9000)];
    const sample = { method: 'GET', target: '/%20', headers, body: new Uint8Array() };
    expect(copyCurlCmd(requestTo('https://x.example', sample)).warnings).toHaveLength(2);
  });
});
