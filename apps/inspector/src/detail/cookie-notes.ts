import type { SetCookie } from '@sellia/inspector/browser';
import { durationText } from '../ui/numbers.ts';

const SAME_SITE: Readonly<Record<string, string>> = {
  strict: 'Browsers send it only with requests that your own site begins.',
  lax: 'Browsers send it when somebody follows a link to your site, and not with other requests of other sites.',
  none: 'Browsers send it with requests of other sites too.',
};

const ATTRIBUTES: Readonly<Record<string, string>> = {
  domain: 'Subdomains of it get the cookie, too.',
  path: 'Only requests below this path carry it.',
  secure: 'Browsers send it only over HTTPS.',
  httponly: 'Scripts of the page cannot read it.',
  expires: 'When browsers forget it; Max-Age counts more.',
  'max-age': 'Seconds until browsers forget it.',
  partitioned: 'Browsers keep it apart for each site that has yours in a frame.',
  priority: 'Which cookies Chrome drops first.',
};

/** What an attribute means; empty for one that browsers do not know. */
export function attributeNote(name: string, value: string): string {
  const lower = name.toLowerCase();
  const notes = lower === 'samesite' ? SAME_SITE : ATTRIBUTES;
  const key = lower === 'samesite' ? value.toLowerCase() : lower;
  return Object.hasOwn(notes, key) ? (notes[key] as string) : '';
}

/** In sentences: who gets it and for how long, and what a browser finds wrong with it. */
export function cookieNotes(cookie: Partial<SetCookie>): readonly string[] {
  const { attributes, notes = [], maxAge } = cookie;
  if (attributes === undefined) return [];
  const sentences: string[] = [];
  if (maxAge !== undefined && maxAge <= 0) sentences.push('It is deleted by this.');
  else if (maxAge !== undefined) sentences.push(`It is kept for ${durationText(maxAge * 1000)}.`);
  else if (cookie.expiresAt === undefined) sentences.push('It is kept until the browser closes.');
  if (cookie.isHttpOnly !== true) sentences.push('Scripts of the page can read it.');
  return [...sentences, ...notes];
}
