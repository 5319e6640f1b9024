import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { describe, expect, test } from 'vitest';
import { errorsPage } from '../src/docs/errors-page.ts';
import { limitsPage } from '../src/docs/limits-page.ts';

const root = new URL('../../../', import.meta.url);
const read = (path: string) => readFileSync(new URL(path, root), 'utf8').replaceAll('\r\n', '\n');

describe('documentation and code say the same', () => {
  test('docs/errors.md is what the tables say', () => {
    expect(read('docs/errors.md')).toBe(errorsPage());
  });

  test('docs/limits.md is what the files of limits say', () => {
    expect(read('docs/limits.md')).toBe(limitsPage());
  });

  test('every file that docs/architecture.md names exists, and every source of the data path is named', () => {
    const page = read('docs/architecture.md');
    const named = [...page.matchAll(/`((?:packages|apps)\/[\w./-]+\.ts)`/g)].map(
      (match) => match[1] as string,
    );
    expect(named.length).toBeGreaterThan(30);
    expect(named.filter((path) => !existsSync(new URL(path, root)))).toEqual([]);
    for (const folder of [
      'packages/protocol/src/',
      'packages/session/src/',
      'packages/relay/src/ingress/',
      'packages/client/src/',
    ]) {
      const files = readdirSync(new URL(folder, root)).filter(
        (name) => name.endsWith('.ts') && name !== 'index.ts',
      );
      const missing = files.map((name) => folder + name).filter((path) => !named.includes(path));
      expect(missing).toEqual([]);
    }
  });

  test('every frame type and error number stands in docs/protocol.md', async () => {
    const { ERRORS, FrameType } = await import('@sellia/protocol');
    const page = read('docs/protocol.md').replaceAll(/ +/g, ' ');
    for (const [name, type] of Object.entries(FrameType)) {
      expect(page).toContain(`| 0x${type.toString(16).padStart(2, '0')} | ${name.toUpperCase()} |`);
    }
    for (const [code, { wire }] of Object.entries(ERRORS)) {
      expect(page).toMatch(new RegExp(`\\| ${wire} \\| ${code} \\|`));
    }
  });

  test('links between pages lead somewhere', () => {
    const pages = [
      'README.md',
      'CONTRIBUTING.md',
      'SECURITY.md',
      ...readdirSync(new URL('docs/', root))
        .filter((name) => name.endsWith('.md'))
        .map((name) => `docs/${name}`),
    ];
    const broken: string[] = [];
    for (const page of pages) {
      for (const [, link] of read(page).matchAll(/\]\(([^)#:]+)(?:#[^)]*)?\)/g)) {
        if (!existsSync(new URL(link as string, new URL(page, root))))
          broken.push(`${page}: ${link}`);
      }
    }
    expect(broken).toEqual([]);
  });
});
