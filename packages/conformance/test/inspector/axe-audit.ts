import { mkdir } from 'node:fs/promises';
import { join } from 'node:path';
import axe from 'axe-core';
import type { Page } from 'playwright-core';
import { expect } from 'vitest';

const WIDTHS = [320, 800, 1280, 1920];
const SCHEMES = ['light', 'dark'] as const;
/** A folder for a picture of each view; none without it. */
const SCREENSHOTS = process.env.SELLIA_SCREENSHOTS;

/** What axe could not decide by itself, and why that is no fault here. A rule stands for one reason. */
const UNDECIDED: Readonly<Record<string, RegExp>> = {};

interface Finding {
  readonly rule: string;
  readonly target: string;
  readonly why: string;
}

/**
 * Holds a view, as it is now, against axe in both schemes and all widths: no violation, nothing
 * undecided without a reason, and nothing of the page but its own parts scrolls sideways.
 */
export async function audit(page: Page, name: string): Promise<void> {
  const findings: string[] = [];
  for (const scheme of SCHEMES) {
    for (const width of WIDTHS) {
      const place = `${name} ${scheme} ${width}`;
      await page.emulateMedia({ colorScheme: scheme, reducedMotion: 'reduce' });
      await page.setViewportSize({ width, height: width < 600 ? 640 : 900 });
      // Two frames: what depends on the size is measured in one and drawn in the next.
      await page.evaluate(
        () => new Promise((done) => requestAnimationFrame(() => requestAnimationFrame(done))),
      );
      await keepPicture(page, place);
      const found = await findingsOf(page);
      findings.push(
        ...found.map(({ rule, target, why }) => `${place}: ${rule} at ${target}: ${why}`),
      );
      const excess = await page.evaluate(() => document.documentElement.scrollWidth - innerWidth);
      if (excess > 0) findings.push(`${place}: scrolls sideways by ${excess} px`);
    }
  }
  expect(findings).toEqual([]);
}

/** By the debugger: the page's own policy lets no program in. */
async function findingsOf(page: Page): Promise<Finding[]> {
  await page.evaluate(`window.axe === undefined && (() => { ${axe.source} })()`);
  const { violations, incomplete } = (await page.evaluate(
    `axe.run(document, { resultTypes: ['violations', 'incomplete'] })`,
  )) as Pick<axe.AxeResults, 'violations' | 'incomplete'>;
  const undecided = incomplete.flatMap(findingsIn).filter(({ rule, target }) => {
    return UNDECIDED[rule]?.test(target) !== true;
  });
  return [...violations.flatMap(findingsIn), ...undecided];
}

function findingsIn({ id, nodes }: axe.Result): Finding[] {
  return nodes.map(({ target, failureSummary = '', any, all, none, html }) => ({
    rule: id,
    target: `${target.join(' ')} ${html.slice(0, 120)}`,
    why: failureSummary === '' ? String([...any, ...all, ...none][0]?.message) : failureSummary,
  }));
}

async function keepPicture(page: Page, place: string): Promise<void> {
  if (SCREENSHOTS === undefined) return;
  await mkdir(SCREENSHOTS, { recursive: true });
  await page.screenshot({ path: join(SCREENSHOTS, `${place.replaceAll(' ', '-')}.png`) });
}
