/** What is pressed is large enough for fingers that shake (WCAG 2.2: 2.5.8). */
import type { Page } from 'playwright-core';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { show, viewsOf } from './access-views.ts';
import { AllKinds } from './all-kinds.ts';

const LEAST = 24;

let kinds: AllKinds;
beforeAll(async () => {
  kinds = await AllKinds.start();
});
afterAll(() => kinds.close());

for (const width of [1280, 320]) {
  test(`every target of every view has 24 by 24 px: ${width}`, async () => {
    const page = await kinds.rig.open('/', { viewport: { width, height: 800 } });
    const small: string[] = [];
    for (const [name, view] of Object.entries(viewsOf(kinds))) {
      await show(page, view);
      const found = await targetsOf(page);
      expect(found.length, name).toBeGreaterThan(5);
      small.push(...found.filter(({ size }) => size < LEAST).map((it) => `${name}: ${it.name}`));
    }
    expect(small).toEqual([]);
    await page.context().close();
  }, 180_000);
}

interface Target {
  readonly name: string;
  /** The smaller of its two measures, in pixels. */
  readonly size: number;
}

/** Measured by where a pointer meets it: of some the place to press is larger than the picture. */
function targetsOf(page: Page): Promise<Target[]> {
  return page.evaluate(() => {
    const kinds =
      'button, a[href], input, select, textarea, summary, [role=tab], [role=option], [role=row][data-id], [role=separator][tabindex]';
    const roots: (Document | ShadowRoot)[] = [document];
    for (const host of document.querySelectorAll('*')) {
      if (host.shadowRoot !== null) roots.push(host.shadowRoot);
    }
    const isShown = (element: Element): boolean =>
      element.checkVisibility({ checkVisibilityCSS: true });
    const all = roots.flatMap((root) => [...root.querySelectorAll(kinds)]).filter(isShown);
    return all.map((element) => {
      const boxes = [element, element.closest('label')].map((it) => it?.getBoundingClientRect());
      const around = getComputedStyle(element, '::after');
      const isWider = around.content !== 'none' && around.position === 'absolute';
      const more = isWider ? -2 * Number.parseFloat(around.left) : 0;
      const width = Math.max(...boxes.map((box) => box?.width ?? 0)) + Math.max(0, more);
      const height = Math.max(...boxes.map((box) => box?.height ?? 0));
      const label = element.getAttribute('aria-label') ?? element.textContent?.slice(0, 40) ?? '';
      const name = `${element.tagName} ${label} ${width.toFixed(1)} by ${height.toFixed(1)}`;
      // Layout rounds to a 64th.
      return { name, size: Math.min(width, height) + 1 / 64 };
    });
  });
}
