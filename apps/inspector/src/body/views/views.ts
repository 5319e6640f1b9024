import { type BodyKind, kindOfLabel, type ViewerKind } from '@sellia/inspector/bodies';
import type { Language } from '../editor/languages.ts';
import { isGrpc } from '../shape/grpc.ts';

/** Ways to show a body. */
export type ViewName =
  | 'pretty'
  | 'graphql'
  | 'table'
  | 'parts'
  | 'events'
  | 'frames'
  | 'image'
  | 'player'
  | 'download'
  | 'text'
  | 'preview'
  | 'hex'
  | 'base64';

export const VIEW_LABELS: Readonly<Record<ViewName, string>> = {
  pretty: 'Pretty',
  graphql: 'GraphQL',
  table: 'Table',
  parts: 'Parts',
  events: 'Events',
  frames: 'Frames',
  image: 'Image',
  player: 'Player',
  download: 'Download',
  text: 'Raw text',
  preview: 'Preview',
  hex: 'Hex',
  base64: 'Base64',
};

const TEXT: readonly ViewName[] = ['text', 'hex', 'base64'];
const BYTES: readonly ViewName[] = ['hex', 'base64', 'text'];

/** Of each kind, the one to begin with first. */
const VIEWS: Readonly<Record<ViewerKind, readonly ViewName[]>> = {
  json: ['pretty', ...TEXT],
  ndjson: ['events', ...TEXT],
  'event-stream': ['events', ...TEXT],
  form: ['table', ...TEXT],
  multipart: ['parts', ...TEXT],
  graphql: ['graphql', ...TEXT],
  html: ['text', 'preview', 'hex', 'base64'],
  xml: TEXT,
  css: TEXT,
  javascript: TEXT,
  yaml: TEXT,
  text: TEXT,
  image: ['image', ...BYTES],
  audio: ['player', ...BYTES],
  video: ['player', ...BYTES],
  pdf: ['download', ...BYTES],
  binary: BYTES,
};

/** What a body is for the page. */
export interface ShownKind extends BodyKind {
  /** By the bytes, where they contradict the label: what is shown first. */
  readonly shown: ViewerKind;
}

/** What the bytes look like counts where the label is wrong. */
export function shownKind(told: BodyKind): ShownKind {
  const looked = told.mismatch === '' ? undefined : kindOfLabel(told.look);
  const isBinary = told.mismatch.endsWith('is binary.');
  return { ...told, shown: looked ?? (isBinary ? 'binary' : told.kind) };
}

/** All views of a body, the one to begin with first. */
export function viewsOf({ shown, kind, type, look }: ShownKind, isGraphql: boolean): ViewName[] {
  const looked = kindOfLabel(look);
  const views = [
    ...(isGraphql ? (['graphql'] as const) : []),
    ...(isGrpc(type) ? (['frames'] as const) : []),
    ...VIEWS[shown],
    ...VIEWS[kind],
    ...(looked === undefined ? [] : VIEWS[looked]),
    ...(shown === 'text' ? (['pretty', 'table'] as const) : []),
  ];
  return [...new Set(views)];
}

const LANGUAGES: Partial<Readonly<Record<ViewerKind, Language>>> = {
  json: 'json',
  html: 'html',
  xml: 'xml',
  css: 'css',
  javascript: 'javascript',
  yaml: 'yaml',
  graphql: 'graphql',
};

/** What its text is highlighted as. */
export function languageOf({ shown, type, look }: ShownKind): Language {
  if (type === 'text/markdown' || type === 'text/x-markdown') return 'markdown';
  if (look === 'image/svg+xml') return 'xml';
  return LANGUAGES[shown] ?? 'text';
}
