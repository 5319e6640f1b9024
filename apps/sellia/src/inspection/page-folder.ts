import { existsSync } from 'node:fs';
import { fileURLToPath } from 'node:url';

/** Beside the published program, and where the page is built among the sources. */
const PLACES = ['../page', '../../../inspector/dist'];

/** Folder of the inspector's page; undefined where it was not built. */
export function pageFolder(): string | undefined {
  const folders = PLACES.map((place) => fileURLToPath(new URL(place, import.meta.url)));
  return folders.find((folder) => existsSync(`${folder}/index.html`));
}
