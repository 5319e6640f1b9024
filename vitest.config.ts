import { defineConfig } from 'vitest/config';

const conformance = 'packages/conformance/test/**/*.test.ts';
/** The inspector's page in a real browser: `pnpm test:page`. */
const page = 'packages/conformance/test/inspector/**/*.test.ts';
/** ... each of its views at every zoom, by the Tab key: `pnpm test:access`. Beside these none is quick. */
const access = 'packages/conformance/test/inspector/access-{zoom,targets}.test.ts';

export default defineConfig({
  test: {
    pool: 'forks',
    maxWorkers: 2,
    globalSetup: '.ci/test-setup.ts',
    projects: [
      {
        extends: true,
        test: {
          name: 'unit',
          include: ['packages/*/test/**/*.test.ts', 'apps/*/test/**/*.test.ts'],
          exclude: [conformance],
          testTimeout: 20_000,
          hookTimeout: 20_000,
        },
      },
      {
        extends: true,
        test: {
          name: 'conformance',
          include: [conformance],
          exclude: [page],
          testTimeout: 60_000,
          hookTimeout: 60_000,
        },
      },
      {
        extends: true,
        test: {
          name: 'page',
          include: [page],
          exclude: [access],
          testTimeout: 60_000,
          hookTimeout: 60_000,
        },
      },
      {
        extends: true,
        test: { name: 'access', include: [access], testTimeout: 60_000, hookTimeout: 60_000 },
      },
    ],
  },
});
