import { buildPage } from './build-page.ts';

/** Once before all tests: some look at the page that the inspector serves. */
export function setup(): void {
  buildPage();
}
