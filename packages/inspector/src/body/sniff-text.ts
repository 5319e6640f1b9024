/** What text shows itself to be by its first characters. */
export interface SniffedText {
  readonly kind: 'json' | 'ndjson' | 'html' | 'xml' | 'image';
  readonly type: string;
}

/** Elements that begin an HTML page or a piece of one, and are not usual in other XML. */
const HTML_BEGINNING =
  /^<(?:!doctype html|html|head|body|script|style|title|meta|div|p|h[1-6]|iframe|table|br|font|b|a)(?=[\s>/]|$)/i;

/** What JSON begins with and prose hardly does. A number or a word alone says nothing. */
const JSON_BEGINNING =
  /^(?:\{\s*(?:"|\}|$)|\[\s*(?:[[\]{"]|(?:-?[\d.]+|true|false|null)\s*(?:[,\]]|$)|$))/;

const JSON_LINES_BEGINNING = /^\{[^\n]*\}\r?\n\{/;

/** Whether `beginning` looks like JSON, SVG, HTML or other XML; undefined where like none of them. */
export function sniffText(beginning: string): SniffedText | undefined {
  const start = beginning.replace(/^(?:\ufeff|\xef\xbb\xbf)/, '').trimStart();
  if (JSON_LINES_BEGINNING.test(start)) return { kind: 'ndjson', type: 'application/x-ndjson' };
  if (JSON_BEGINNING.test(start)) return { kind: 'json', type: 'application/json' };
  if (!start.startsWith('<')) return undefined;
  const element = withoutProlog(start);
  if (/^<svg[\s>]/i.test(element)) return { kind: 'image', type: 'image/svg+xml' };
  if (HTML_BEGINNING.test(element)) return { kind: 'html', type: 'text/html' };
  const isXml = start.startsWith('<?xml') || /^<[a-z_][\w.:-]*[\s/>]/i.test(element);
  return isXml ? { kind: 'xml', type: 'application/xml' } : undefined;
}

/** Without XML declaration, comments and a document type other than HTML's. */
function withoutProlog(text: string): string {
  let rest = text;
  for (;;) {
    const end = prologEnd(rest);
    if (end <= 0) return rest;
    rest = rest.slice(end).trimStart();
  }
}

/** Offset behind what stands before the first element; 0 where that is the element. */
function prologEnd(text: string): number {
  if (text.startsWith('<?')) return behind(text, '?>');
  if (text.startsWith('<!--')) return behind(text, '-->');
  return /^<!doctype (?!html)/i.test(text) ? behind(text, '>') : 0;
}

function behind(text: string, mark: string): number {
  const at = text.indexOf(mark);
  return at < 0 ? 0 : at + mark.length;
}
