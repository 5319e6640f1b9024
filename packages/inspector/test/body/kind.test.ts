import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { bodyKind } from '../../src/body/kind.ts';
import { mediaType } from '../../src/body/media-type.ts';

const bytesOf = (text: string) => new TextEncoder().encode(text);
const latin1 = (text: string) => Uint8Array.from(text, (each) => each.charCodeAt(0));
const look = (text: string) => bodyKind('', latin1(text));

describe('by label', () => {
  test.each([
    ['application/json; charset=utf-8', 'json'],
    ['application/problem+json', 'json'],
    ['application/x-ndjson', 'ndjson'],
    ['text/event-stream', 'event-stream'],
    ['application/x-www-form-urlencoded', 'form'],
    ['multipart/form-data; boundary=x', 'multipart'],
    ['application/atom+xml', 'xml'],
    ['Text/HTML', 'html'],
    ['text/css', 'css'],
    ['text/javascript', 'javascript'],
    ['application/x-yaml', 'yaml'],
    ['text/plain', 'text'],
    ['text/markdown', 'text'],
    ['image/svg+xml', 'image'],
    ['audio/mpeg', 'audio'],
    ['video/mp4', 'video'],
    ['application/pdf', 'pdf'],
    ['application/graphql', 'graphql'],
    ['application/wasm', 'binary'],
    ['font/woff2', 'binary'],
  ])('%s is %s', (label, kind) => {
    expect(bodyKind(label, new Uint8Array())).toMatchObject({ kind, from: 'label', mismatch: '' });
  });
});

describe('by look', () => {
  test.each([
    ['\x89PNG\r\n\x1a\n\0\0', 'image', 'image/png'],
    ['\xff\xd8\xff\xe0', 'image', 'image/jpeg'],
    ['GIF89a', 'image', 'image/gif'],
    ['RIFF\0\0\0\0WEBPVP8 ', 'image', 'image/webp'],
    ['\0\0\0\x20ftypavif', 'image', 'image/avif'],
    ['BM\x46\0\0\0\0\0\0\0\x36\0\0\0\x28\0\0\0', 'image', 'image/bmp'],
    ['\0\0\x01\0\x01\0', 'image', 'image/vnd.microsoft.icon'],
    ['<?xml version="1.0"?>\n<!-- x --><svg xmlns="x">', 'image', 'image/svg+xml'],
    ['%PDF-1.7', 'pdf', 'application/pdf'],
    ['PK\x03\x04', 'binary', 'application/zip'],
    ['\x1f\x8b\x08\0', 'binary', 'application/gzip'],
    ['\0\0\0\x18ftypisom', 'video', 'video/mp4'],
    ['\x1a\x45\xdf\xa3', 'video', 'video/webm'],
    ['OggS\0', 'audio', 'audio/ogg'],
    ['ID3\x04', 'audio', 'audio/mpeg'],
    ['RIFF\0\0\0\0WAVEfmt ', 'audio', 'audio/wav'],
    ['\0asm\x01\0\0\0', 'binary', 'application/wasm'],
    ['wOF2\0', 'binary', 'font/woff2'],
    ['\xef\xbb\xbf {"a": 1}', 'json', 'application/json'],
    ['[1, 2]', 'json', 'application/json'],
    ['{"a":1}\n{"a":2}\n', 'ndjson', 'application/x-ndjson'],
    ['\n<!DOCTYPE html><title>', 'html', 'text/html'],
    ['<!-- hello --><html lang=en>', 'html', 'text/html'],
    ['<?xml version="1.0"?><rss/>', 'xml', 'application/xml'],
    ['<soap:Envelope xmlns:soap="x">', 'xml', 'application/xml'],
  ])('%j is %s, %s', (text, kind, type) => {
    expect(look(text)).toEqual({ kind, type, look: type, from: 'look', mismatch: '' });
  });

  test.each([
    ['hello', 'text'],
    ['[info] started', 'text'],
    ['BMW is a car', 'text'],
    ['a < b', 'text'],
    ['caf\xc3\xa9', 'text'],
    ['\xff\xfeh\0i\0', 'text'],
    ['\0\x01\x02\x03', 'binary'],
    ['caf\xe9 \x80', 'binary'],
    ['', 'binary'],
  ])('%j is %s', (text, kind) => {
    expect(look(text)).toMatchObject({ kind, from: 'text' });
  });

  test('text that the look cuts within a character is text', () => {
    expect(look(`${'a'.repeat(4095)}\xc3\xa9`).kind).toBe('text');
  });

  test('an unknown label keeps its name', () => {
    expect(bodyKind('application/java-archive', latin1('PK\x03\x04'))).toMatchObject({
      kind: 'binary',
      type: 'application/java-archive',
      look: 'application/zip',
    });
  });

  test('the octet stream says nothing', () => {
    expect(bodyKind('application/octet-stream', bytesOf('{"a":1}')).kind).toBe('json');
    expect(bodyKind('application/octet-stream', latin1('\0\x01'))).toMatchObject({
      kind: 'binary',
      type: 'application/octet-stream',
    });
  });
});

describe('a label that the bytes contradict', () => {
  test.each([
    ['application/json', '<!doctype html><p>Error', 'json', 'text/html'],
    ['application/json', '\x1f\x8b\x08\0\0', 'json', 'application/gzip'],
    ['text/html', '{"error": 1}', 'html', 'application/json'],
    ['image/png', '\xff\xd8\xff\xe0', 'image', 'image/jpeg'],
    ['image/png', '<html>', 'image', 'text/html'],
    ['text/plain', '%PDF-1.4', 'text', 'application/pdf'],
    ['application/pdf', '{"a":1}', 'pdf', 'application/json'],
    ['application/msgpack', '{"a":1}', 'binary', 'application/json'],
  ])('%s with %j is kept as %s, and told to be %s', (label, text, kind, type) => {
    const found = bodyKind(label, latin1(text));
    expect(found.kind).toBe(kind);
    expect(found.mismatch).toBe(`Labelled ${label}, but looks like ${type}.`);
  });

  test('binary', () => {
    const { mismatch } = bodyKind('application/json', latin1('\0\x01\x02'));
    expect(mismatch).toBe('Labelled application/json, but is binary.');
  });

  test('UTF-16 with its mark is text, however many zeros it has', () => {
    expect(bodyKind('text/plain', latin1('\xff\xfea\0b\0')).mismatch).toBe('');
  });

  test.each([
    ['image/x-icon', '\0\0\x01\0\x01\0'],
    ['audio/mp4', '\0\0\0\x18ftypisom'],
    ['video/ogg', 'OggS'],
    ['image/*', 'GIF89a'],
    ['text/plain', '{"a":1}'],
    ['text/xml', '<svg xmlns="x"/>'],
    ['text/html', '<svg xmlns="x"/>'],
    ['text/plain; charset=iso-8859-1', 'caf\xe9'],
    ['text/plain', 'caf\xe9'],
    ['text/plain; charset=utf-16le', 'h\0i\0'],
    ['multipart/form-data; boundary=x', '--x\r\n\r\n\0\x01'],
    ['application/json', '"just a string"'],
    ['application/javascript', '{"a":1}'],
    ['application/json', ''],
    ['application/grpc-web', '\0\0\0\0\x05'],
    ['application/epub+zip', 'PK\x03\x04'],
  ])('%s with %j is no contradiction', (label, text) => {
    expect(bodyKind(label, latin1(text)).mismatch).toBe('');
  });
});

test('a kind for anything', () => {
  fc.assert(
    fc.property(fc.string(), fc.uint8Array({ maxLength: 200 }), (label, bytes) => {
      expect(bodyKind(label, bytes).kind).not.toBe('');
    }),
  );
});

test('a long beginning of comments costs no more than its length', () => {
  const started = performance.now();
  for (const piece of ['<!---->', '<??>', '<!--', '<', '{ ', '[ ', '<a']) {
    bodyKind('', bytesOf(piece.repeat(100_000)));
  }
  expect(performance.now() - started).toBeLessThan(1000);
});

describe('media type', () => {
  test.each([
    ['text/html; Charset="UTF-8"', 'text/html', 'UTF-8', ''],
    ['multipart/mixed;boundary="a;b"', 'multipart/mixed', '', 'a;b'],
    [' Text/Plain ', 'text/plain', '', ''],
    ['text/plain; charset=a; charset=b', 'text/plain', 'a', ''],
    ['application/json, text/plain', 'application/json', '', ''],
    ['json', '', '', ''],
    ['', '', '', ''],
    [';charset=x', '', 'x', ''],
    ['text/x; boundary="open', 'text/x', '', 'open'],
  ])('%j', (header, type, charset, boundary) => {
    expect(mediaType(header)).toMatchObject({ type, charset, boundary });
  });

  test('of hostile headers', () => {
    const started = performance.now();
    for (const piece of [';', '="', '\\"', ';a="', ' ', '=', ';a=']) {
      expect(mediaType(piece.repeat(50_000)).parameters.size).toBeLessThanOrEqual(64);
    }
    expect(performance.now() - started).toBeLessThan(1000);
    expect(mediaType('a/b;__proto__=x').parameters.get('__proto__')).toBe('x');
  });
});
