/**
 * Makes every manifest of the workspace read as a release of it does: what `publishConfig` says
 * replaces the field of the same name, so that packages are entered by dist/ and no more by src/.
 * `pnpm pack` does this by itself; `pnpm deploy` does not. It changes package.json files: run it in
 * a copy only, as the image's build does.
 */
import { globSync, readFileSync, writeFileSync } from 'node:fs';

for (const file of globSync('{packages,apps}/*/package.json')) {
  const { publishConfig, ...manifest } = JSON.parse(readFileSync(file, 'utf8'));
  writeFileSync(file, `${JSON.stringify({ ...manifest, ...publishConfig }, null, 2)}\n`);
}
