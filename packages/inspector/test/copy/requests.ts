import { isForwarding, isHopByHop } from '@sellia/protocol';
import fc from 'fast-check';
import type { CopyRequest } from '../../src/copy/request.ts';

/** A request without its origin. */
export interface Sample {
  readonly method: string;
  readonly target: string;
  readonly headers: readonly string[];
  readonly body: Uint8Array;
}

export function requestTo(origin: string, sample: Sample): CopyRequest {
  const { method, target, headers, body } = sample;
  return { method, url: origin + target, headers, body, isBodyTruncated: false };
}

export function bytesOf(text: string): Uint8Array {
  return new TextEncoder().encode(text);
}

const TOKEN = "!#$%&'*+-.^_`|~0123456789ABCxyz";
const TARGET = Array.from({ length: 0x7e - 0x21 + 1 }, (_, at) => String.fromCharCode(0x21 + at))
  .filter((character) => character !== '#')
  .concat('/..', '/../', '%2e%2e/', '[1-3]', '{a,b}', '%PATH%', '$(id)', '`id`', '//');
const VALUE = Array.from({ length: 0x100 }, (_, code) => String.fromCharCode(code))
  .filter((character) => /[\t\x20-\x7e\x80-\xff]/.test(character))
  .concat("'; rm -rf ~ #", '$(id)', '%PATH%', '\xc3\xa9', '\xe2\x80\xae', '\\"', '^&', '@', '!!');

/** Texts that shells, curl or people stumble over. */
export const HOSTILE_BODIES = [
  "'; rm -rf ~ #",
  'one\ntwo\n',
  'one\r\ntwo\r\n\r\n',
  'a\0b',
  '@/etc/passwd',
  '-d',
  '--output',
  '!!',
  'a!b "!$" \'!x\'',
  '%PATH% %%PATH%% %s %n %1',
  '^&|<>()^',
  '$HOME $' + "{HOME} $(id) `id` $'x'",
  'a\u2028b\u2029c\u202ed\u200b',
  '\u001b[201~id\n',
  '\\',
  '\\\\"\\"\\',
  "'@\n'@ | id",
  '\t',
  ' ',
  '\n',
  '\ufeffmark',
  '{"text": "é 😀 </script><!--"}',
];

const anyName = fc
  .string({ unit: fc.constantFrom(...TOKEN), minLength: 1, maxLength: 8 })
  .filter((name) => !isHopByHop(name.toLowerCase()) && !isForwarding(name.toLowerCase()));
const knownName = fc.constantFrom('Accept', 'User-Agent', 'Content-Type', 'Cookie', 'X-A', 'x-a');
const anyValue = fc
  .string({ unit: fc.constantFrom(...VALUE), maxLength: 20 })
  .map((value) => value.replace(/^[\t ]+|[\t ]+$/g, ''));

export const anySample: fc.Arbitrary<Sample> = fc.record({
  method: fc.oneof(
    fc.constantFrom('GET', 'POST', 'PUT', 'DELETE', 'HEAD', 'OPTIONS', 'post', '--foo'),
    fc.string({ unit: fc.constantFrom(...TOKEN), minLength: 1, maxLength: 6 }),
  ),
  target: fc.string({ unit: fc.constantFrom(...TARGET), maxLength: 30 }).map((text) => `/${text}`),
  headers: fc
    .array(fc.tuple(fc.oneof(knownName, anyName), anyValue), { maxLength: 6 })
    .map((pairs) => pairs.flat()),
  body: fc.oneof(
    fc.constant(new Uint8Array()),
    fc.constantFrom(...HOSTILE_BODIES).map(bytesOf),
    fc.string({ unit: 'binary', maxLength: 40 }).map(bytesOf),
    fc.uint8Array({ maxLength: 40 }),
  ),
});
