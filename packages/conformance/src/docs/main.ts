import { writeFileSync } from 'node:fs';
import { errorsPage } from './errors-page.ts';
import { limitsPage } from './limits-page.ts';

/** Writes the pages that are made from code: `pnpm docs`. */
const page = (name: string) => new URL(`../../../../docs/${name}`, import.meta.url);
writeFileSync(page('errors.md'), errorsPage());
writeFileSync(page('limits.md'), limitsPage());
