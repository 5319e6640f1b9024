import fc from 'fast-check';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { copyPowerShell } from '../../src/copy/powershell.ts';
import { Recorder } from './recorder.ts';
import { anySample, bytesOf, HOSTILE_BODIES, requestTo, type Sample } from './requests.ts';

const recorder = new Recorder();
beforeAll(() => recorder.open());
afterAll(() => recorder.close());

/** What PowerShell pipes: a here-string ends at the first line that begins with `'@`. */
function hereString(text: string): string {
  const lines = text.split('\n');
  expect(lines.shift()).toBe("@'");
  const end = lines.findIndex((line) => line.startsWith("'@"));
  expect(lines.slice(end)).toEqual(["'@ | curl.exe -K -"]);
  return lines.slice(0, end).join('\r\n');
}

async function expectSame(sample: Sample): Promise<void> {
  const copy = copyPowerShell(requestTo(recorder.origin, sample));
  expect(copy.text).toMatch(/^[ -~\n]*$/);
  const got = await recorder.run(copy, 'curl', ['-K', '-'], `${hereString(copy.text)}\r\n`);
  expect(got.method).toBe(sample.method);
  expect(got.target).toBe(sample.target);
  expect(got.body).toEqual(Buffer.from(sample.body));
  const sent: string[] = [];
  for (let at = 0; at < sample.headers.length; at += 2) {
    const line = sample.headers.slice(at, at + 2);
    if (/^[ -~\t]*$/.test(line[1] ?? '')) sent.push(...line);
  }
  expect(got.headers).toEqual(sent);
}

describe('PowerShell text', () => {
  it.each(HOSTILE_BODIES)('gives curl the body %j', async (text) => {
    await expectSame({ method: 'PUT', target: '/', headers: [], body: bytesOf(text) });
  });

  it('gives curl the same request, whatever it is', async () => {
    await fc.assert(
      fc.asyncProperty(anySample, (sample) => expectSame(sample)),
      { numRuns: 60, interruptAfterTimeLimit: 15_000 },
    );
  });

  it('reads as expected', () => {
    const sample = { method: 'PUT', target: '/a', headers: ['X', 'q"\\'], body: bytesOf("it's") };
    expect(copyPowerShell(requestTo('https://x.example', sample)).text).toBe(
      `@'
url = "https://x.example/a"
request = "PUT"
header = "X: q\\"\\\\"
header = "User-Agent:"
header = "Accept:"
header = "Content-Type:"
data-raw = "it's"
'@ | curl.exe -K -`,
    );
  });

  it('names the header that it leaves out', () => {
    const sample = { method: 'GET', target: '/', headers: ['X', '\xe9'], body: new Uint8Array() };
    const { warnings } = copyPowerShell(requestTo('https://x.example', sample));
    expect(warnings.join()).toContain('X was left out');
  });
});
