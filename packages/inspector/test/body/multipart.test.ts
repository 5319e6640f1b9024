import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { mediaType } from '../../src/body/media-type.ts';
import { PARTS_MAX, parseMultipart } from '../../src/body/multipart.ts';

const bytesOf = (text: string) => new TextEncoder().encode(text);
const lines = (...each: string[]) => bytesOf(each.join('\r\n'));
const textOf = (bytes: Uint8Array) => new TextDecoder().decode(bytes);

function contents(bytes: Uint8Array, boundary: string): string[] {
  return parseMultipart(bytes, boundary).parts.map(({ start, end }) =>
    textOf(bytes.subarray(start, end)),
  );
}

describe('multipart', () => {
  test('parts with names, filenames, types, offsets', () => {
    const bytes = lines(
      'preamble',
      '--xx',
      'Content-Disposition: form-data; name="title"',
      '',
      'Hello',
      'World',
      '--xx  ',
      'content-disposition: form-data; name="f"; filename="a\\"b%22.txt"',
      'Content-Type: text/plain; charset=utf-8',
      '',
      '--xxy is no delimiter',
      '--xx--',
      'epilogue --xx',
    );
    const { parts, isClosed, note, boundary } = parseMultipart(bytes, 'xx');
    expect([isClosed, note, boundary]).toEqual([true, '', 'xx']);
    expect(parts).toMatchObject([
      { name: 'title', type: '', isOpen: false },
      { name: 'f', filename: 'a"b".txt', type: 'text/plain; charset=utf-8', isOpen: false },
    ]);
    expect(parts[0]).not.toHaveProperty('filename');
    expect(parts[1]?.headers[0]).toBe('content-disposition');
    expect(contents(bytes, 'xx')).toEqual(['Hello\r\nWorld', '--xxy is no delimiter']);
  });

  test('what fetch sends', async () => {
    const text = fc.string({ unit: 'grapheme', minLength: 1, maxLength: 20 });
    const file = fc.record({
      name: text,
      filename: text,
      content: fc.uint8Array({ maxLength: 90 }),
    });
    await fc.assert(
      fc.asyncProperty(fc.array(file, { minLength: 1, maxLength: 5 }), async (files) => {
        const form = new FormData();
        for (const { name, filename, content } of files) {
          form.append(name, new Blob([new Uint8Array(content)]), filename);
        }
        const response = new Response(form);
        const { boundary } = mediaType(response.headers.get('content-type') ?? '');
        const bytes = await response.bytes();
        const { parts, isClosed } = parseMultipart(bytes, boundary);
        expect(isClosed).toBe(true);
        expect(parts.map(({ start, end }) => [...bytes.subarray(start, end)])).toEqual(
          files.map(({ content }) => [...content]),
        );
        const plain = (each: string) =>
          each.replace(/\r\n?|\n/g, '\n').replace(/%22|%0A|%0D/gi, '');
        expect(
          parts.map(({ filename }) => plain((filename ?? '').replaceAll('\r\n', '\n'))),
        ).toEqual(files.map(({ filename }) => plain(filename)));
      }),
      { numRuns: 60 },
    );
  });

  test.each([
    ["filename*=UTF-8''na%C3%AFve%20%e2%82%ac.txt", 'naïve €.txt'],
    ['filename="x"; filename*=iso-8859-1\'en\'%A3', '£'],
    ['filename="x"; filename*=UTF-8\'\'%zz', 'x'],
    ['filename="C:\\temp\\a.txt"', 'C:\\temp\\a.txt'],
    ['filename=plain.txt', 'plain.txt'],
    ['filename=""', ''],
    ['filename="日本.txt"', '日本.txt'],
  ])('%s', (parameter, filename) => {
    const bytes = lines(
      '--x',
      `Content-Disposition: form-data; name=a; ${parameter}`,
      '',
      '',
      '--x--',
    );
    expect(parseMultipart(bytes, 'x').parts[0]?.filename).toBe(filename);
  });

  test('a body that breaks off gives its open part', () => {
    const bytes = lines('--x', 'A: b', '', 'one', '--x', 'Content-Type: image/png', '', 'begin');
    const { parts, isClosed, note } = parseMultipart(bytes, 'x');
    expect([isClosed, note]).toEqual([false, 'The body ends before its last part does.']);
    expect(parts.map(({ isOpen, type }) => [isOpen, type])).toEqual([
      [false, ''],
      [true, 'image/png'],
    ]);
    expect(contents(bytes, 'x')).toEqual(['one', 'begin']);
  });

  test('a boundary that is not told is guessed', () => {
    const bytes = lines('--------abc', 'A: b', '', 'one', '--------abc--');
    const { boundary, parts, note } = parseMultipart(bytes, '');
    expect([boundary, parts.length]).toEqual(['------abc', 1]);
    expect(note).toBe('Content-Type tells no boundary; this one is guessed.');
    expect(parseMultipart(bytesOf('nothing'), '').note).toBe('No boundary is told or found.');
  });

  test('bare line feeds, empty parts, folded and strange headers', () => {
    const bytes = bytesOf('--x\nA: b\n\nc\n--x\n\n--x\nLong: a\n b\nnocolon\n\n\n--x\n--x--');
    expect(contents(bytes, 'x')).toEqual(['c', '', '', '']);
    const { parts } = parseMultipart(bytes, 'x');
    expect(parts[2]?.headers).toEqual(['Long', 'a b', '', 'nocolon']);
  });

  test.each([
    ['y', 'The boundary does not occur in the body.'],
    ['x'.repeat(257), 'The boundary is too long.'],
  ])('boundary %j', (boundary, note) => {
    expect(parseMultipart(lines('--x', '', 'a'), boundary)).toMatchObject({ parts: [], note });
  });

  test('parts are bounded', () => {
    const { parts, note } = parseMultipart(bytesOf('--x\r\n\r\na\r\n'.repeat(2 * PARTS_MAX)), 'x');
    expect([parts.length, note]).toEqual([PARTS_MAX, 'Only 1000 parts are listed.']);
    const whole = parseMultipart(bytesOf(`${'--x\r\n\r\na\r\n'.repeat(PARTS_MAX)}--x--`), 'x');
    expect([whole.parts.length, whole.isClosed, whole.note]).toEqual([PARTS_MAX, true, '']);
  });

  test('anything gives parts that lie one behind the other', () => {
    const piece = fc.constantFrom('--x', '--', '\r\n', '\n', '\r', 'A: b', ' ', 'x', '--x--', 'é');
    fc.assert(
      fc.property(
        fc.array(piece, { maxLength: 40 }),
        fc.constantFrom('x', '', '-'),
        (each, name) => {
          const bytes = bytesOf(each.join(''));
          let at = 0;
          for (const { start, end } of parseMultipart(bytes, name).parts) {
            expect(at).toBeLessThanOrEqual(start);
            expect(start).toBeLessThanOrEqual(end);
            at = end;
          }
          expect(at).toBeLessThanOrEqual(bytes.length);
        },
      ),
      { numRuns: 500 },
    );
  });

  test('time: lines that nearly are the boundary', () => {
    const boundary = `${'-'.repeat(200)}x`;
    const started = performance.now();
    for (const piece of [
      `--${boundary.slice(0, -1)}\n`,
      '-',
      '\n',
      `--${boundary} `,
      'a:\n',
      ' ',
    ]) {
      const bytes = bytesOf(piece.repeat(1_000_000 / piece.length));
      parseMultipart(bytes, boundary);
      parseMultipart(bytes, '');
      parseMultipart(bytesOf(`--x\r\n${piece.repeat(100_000 / piece.length)}`), 'x');
    }
    expect(performance.now() - started).toBeLessThan(2000);
  });
});
