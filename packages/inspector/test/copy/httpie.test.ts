import { execFileSync } from 'node:child_process';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { copyHttpie } from '../../src/copy/httpie.ts';
import { anySample, bytesOf, HOSTILE_BODIES, requestTo, type Sample } from './requests.ts';

/** The words that a real shell hands to `http`, and what comes to its standard input. */
function shellWords(text: string): { words: string[]; input: Buffer } {
  const script = `http() { printf '%s\\0' "$@"; printf '\\0\\0'; cat; };\n${text}`;
  const output = execFileSync('sh', ['-c', script], { input: '' });
  const end = output.indexOf('\0\0\0');
  const words = output.toString('latin1', 0, end).split('\0');
  return { words, input: output.subarray(end + 3) };
}

/** HTTPie 3, `KeyValueArgType`: a header item, its escapes taken away. */
function readItem(item: string): [name: string, separator: string, value: string] {
  let plain = '';
  let separatorAt = -1;
  for (let at = 0; at < item.length; at++) {
    const next = item[at + 1];
    if (item[at] === '\\') {
      at++;
      plain += next !== undefined && ':;=@'.includes(next) ? next : `\\${next ?? ''}`;
      continue;
    }
    if (separatorAt === -1 && ':;=@'.includes(item[at] as string)) separatorAt = plain.length;
    plain += item[at];
  }
  const longest = /^(?::=@|:=|:@|==|=@|[:;=@])/.exec(plain.slice(separatorAt))?.[0] ?? '';
  return [plain.slice(0, separatorAt), longest, plain.slice(separatorAt + longest.length).trim()];
}

function expectSame(sample: Sample): void {
  const copy = copyHttpie(requestTo('https://x.example', sample));
  const text = copy.file === undefined ? copy.text : copy.text.replace('< body.bin', '');
  const { words, input } = shellWords(text);
  const raw = words.find((word) => word.startsWith('--raw='))?.slice(6);
  if (copy.file !== undefined) expect(copy.file.bytes).toBe(sample.body);
  else if (raw === undefined) expect(input).toEqual(Buffer.from(sample.body));
  else expect(Buffer.from(raw, 'latin1')).toEqual(Buffer.from(sample.body));
  const url = `https://x.example${sample.target}`;
  const at = words.indexOf(url);
  expect(words[at - 1]).toBe(sample.method);
  const items = words.slice(at + 1).filter((word) => word !== '--');
  const headers: string[] = [];
  for (const item of items) {
    const [name, separator, value] = readItem(item);
    if (separator === ';' || value !== '') headers.push(name, value);
    expect(separator).toMatch(/^[:;]$/);
  }
  const leftOut = copy.warnings.filter((warning) => warning.includes('cannot send')).length;
  expect(headers).toHaveLength(sample.headers.length - 2 * leftOut);
  if (leftOut === 0) expect(headers).toEqual(sample.headers);
}

describe('HTTPie text, read by a real shell', () => {
  it.each(HOSTILE_BODIES)('has the body %j', (text) => {
    expectSame({ method: 'POST', target: '/', headers: [], body: bytesOf(text) });
  });

  it('has the same request, whatever it is', () => {
    fc.assert(fc.property(anySample, expectSame), {
      numRuns: 100,
      interruptAfterTimeLimit: 10_000,
    });
  });

  it('reads as expected', () => {
    const headers = ['X', '=@f', 'Accept', '', '-a', 'b'];
    const sample = { method: 'PUT', target: '/a', headers, body: bytesOf("it's") };
    expect(copyHttpie(requestTo('https://x.example', sample)).text.split(' \\\n  ')).toEqual([
      "http --ignore-stdin --raw='it'\\''s' 'PUT' 'https://x.example/a'",
      '--',
      "'X: =@f'",
      "'Accept;'",
      "'-a: b'",
      "'User-Agent:'",
      "'Accept-Encoding:'",
      "'Content-Type:'",
    ]);
  });

  it('leaves out what HTTPie cannot send, and says so', () => {
    const headers = ['X', 'a\\:b', 'Y', '\xe9'];
    const sample = { method: 'A1', target: '/"', headers, body: new Uint8Array() };
    expect(copyHttpie(requestTo('https://x.example', sample)).warnings).toHaveLength(4);
  });
});
