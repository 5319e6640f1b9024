import { jsonLanguage } from '@codemirror/lang-json';
import type { Extension } from '@codemirror/state';
import type * as Markup from './markup.ts';
import { graphql, markdown } from './patterns.ts';

/** Languages that are highlighted; `text` is not. */
export type Language =
  | 'json'
  | 'html'
  | 'xml'
  | 'css'
  | 'javascript'
  | 'yaml'
  | 'markdown'
  | 'graphql'
  | 'text';

/** JSON and what a pattern can do are part of the editor's chunk; others are fetched. */
const HERE: Partial<Readonly<Record<Language, Extension>>> = {
  json: jsonLanguage,
  markdown,
  graphql,
  text: [],
};

export async function loadLanguage(language: Language): Promise<Extension> {
  const fetched = async () => (await import('./markup.ts'))[language as keyof typeof Markup];
  return HERE[language] ?? fetched();
}
