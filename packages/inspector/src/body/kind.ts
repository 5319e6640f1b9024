import { kindOfLabel } from './label.ts';
import { looksLikeText, type Magic, SNIFF_MAX, sniff } from './magic.ts';
import { mediaType } from './media-type.ts';

/** The viewer that a body wants. */
export type ViewerKind =
  | 'json'
  | 'ndjson'
  | 'event-stream'
  | 'form'
  | 'multipart'
  | 'xml'
  | 'html'
  | 'css'
  | 'javascript'
  | 'yaml'
  | 'text'
  | 'image'
  | 'audio'
  | 'video'
  | 'pdf'
  | 'graphql'
  | 'binary';

export interface BodyKind {
  readonly kind: ViewerKind;
  /** Media type without parameters, as labelled; as it looks where the label tells nothing. */
  readonly type: string;
  /** Media type that the first bytes look like; empty where they look like nothing known. */
  readonly look: string;
  /** What told: the `Content-Type`, the first bytes, or only whether they are text. */
  readonly from: 'label' | 'look' | 'text';
  /** Where label and look differ: a sentence that says so. Empty where they agree. */
  readonly mismatch: string;
}

/**
 * What a body is, by its `Content-Type` (`label`), then by its first bytes (decoded ones). A label
 * that the bytes contradict is kept, since programs go by it too; the contradiction is told.
 */
export function bodyKind(label: string, bytes: Uint8Array): BodyKind {
  const { type, charset } = mediaType(label);
  const magic = sniff(bytes);
  const look = magic?.type ?? '';
  const kind = kindOfLabel(type);
  if (kind !== undefined) {
    const isSure = kind !== 'binary' && charset === '';
    const fault =
      magic === undefined ? binaryFault(kind, isSure, bytes) : lookFault(kind, type, magic);
    return {
      kind,
      type,
      look,
      from: 'label',
      mismatch: fault && `Labelled ${type}, but ${fault}.`,
    };
  }
  const shown = UNSPECIFIC.includes(type) ? look || type : type;
  if (magic !== undefined)
    return { kind: magic.kind, type: shown, look, from: 'look', mismatch: '' };
  const isText = bytes.length > 0 && looksLikeText(bytes);
  return { kind: isText ? 'text' : 'binary', type, look, from: 'text', mismatch: '' };
}

/** Types that say "bytes". */
const UNSPECIFIC: readonly string[] = [
  '',
  'application/octet-stream',
  'binary/octet-stream',
  'application/unknown',
];

const MEDIA: readonly string[] = ['image', 'audio', 'video', 'pdf'];
const MARKUP: readonly string[] = ['html', 'xml'];
const STRUCTURED: readonly string[] = ['json', 'ndjson'];

function lookFault(kind: ViewerKind, type: string, magic: Magic): string {
  return isContradicted(kind, type, magic) ? `looks like ${magic.type}` : '';
}

function binaryFault(kind: ViewerKind, isSure: boolean, bytes: Uint8Array): string {
  const isFree = !isSure || bytes.length === 0 || MEDIA.includes(kind) || kind === 'multipart';
  return isFree || isPrintable(bytes) ? '' : 'is binary';
}

/** Text in an old character set is text, though it is not UTF-8: only controls make it binary. */
function isPrintable(bytes: Uint8Array): boolean {
  const plain = bytes.subarray(0, SNIFF_MAX).map((byte) => (byte < 0x80 ? byte : 0x61));
  return looksLikeText(bytes) || looksLikeText(plain);
}

/** Only what is sure: plain text may hold anything that is text, and XML is written in many ways. */
function isContradicted(kind: ViewerKind, type: string, look: Magic): boolean {
  if (look.type === type || look.aliases.split(' ').includes(type)) return false;
  if (kind === 'binary') return look.kind !== 'binary';
  if (MEDIA.includes(kind)) {
    const isSameFamily = look.kind === kind && kindOfLabel(look.type) === kind;
    return !(isSameFamily && isVague(type));
  }
  if (MEDIA.includes(look.kind) || look.kind === 'binary')
    return kind !== 'multipart' && !isSvg(look, kind);
  if (STRUCTURED.includes(kind)) return MARKUP.includes(look.kind);
  return MARKUP.includes(kind) && STRUCTURED.includes(look.kind);
}

/** `image/*` is asked for, not sent, yet some send it. */
function isVague(type: string): boolean {
  return type.endsWith('/*');
}

/** SVG is XML, and pages and texts may hold it. */
function isSvg(look: Magic, kind: ViewerKind): boolean {
  return look.type === 'image/svg+xml' && !STRUCTURED.includes(kind);
}
