import { mkdir } from 'node:fs/promises';
import { join } from 'node:path';
import axe from 'axe-core';
import type { Page } from 'playwright-core';
import { expect } from 'vitest';

const WIDTHS = [320, 800, 1280, 1920];
const SCHEMES = ['light', 'dark'] as const;
const TRIES_MAX = 3;
/** For text of the size of this page. */
const CONTRAST_MIN = 4.5;
const SIGNS = new Set(['nonBmp', 'shortTextContent']);
const OVERLAPS = new Set([
  'bgOverlap',
  'elmPartiallyObscured',
  'elmPartiallyObscuring',
  'outsideViewport',
]);
/** A folder for a picture of each view; none without it. */
const SCREENSHOTS = process.env.SELLIA_SCREENSHOTS;

interface Finding {
  readonly rule: string;
  readonly target: string;
  /** Axe's word for why it could not decide. */
  readonly key: string;
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
  const { violations, incomplete } = await runAxe(page);
  const undecided: Finding[] = [];
  for (const finding of incomplete.flatMap(findingsIn)) {
    if (!(await isDecided(page, finding))) undecided.push(finding);
  }
  return [...violations.flatMap(findingsIn), ...undecided];
}

type Results = Pick<axe.AxeResults, 'violations' | 'incomplete'>;

/** Again where an element had left the page before axe was done with it: traffic goes on. */
async function runAxe(page: Page): Promise<Results> {
  let results: Results;
  let tries = 0;
  do {
    results = (await page.evaluate(
      `axe.run(document, { resultTypes: ['violations', 'incomplete'] })`,
    )) as Results;
  } while (++tries < TRIES_MAX && JSON.stringify(results).includes('Axe encountered an error'));
  return results;
}

function findingsIn({ id, nodes }: axe.Result): Finding[] {
  return nodes.map(({ target, failureSummary = '', any, all, none, html }) => {
    const [check] = [...any, ...all, ...none];
    return {
      rule: id,
      target: target.join(' '),
      key: String((check?.data as { messageKey?: string } | null)?.messageKey),
      why: `${failureSummary || check?.message} in ${html.slice(0, 120)}`,
    };
  });
}

/**
 * What axe leaves open, decided here; only of these, and only of the contrast of text:
 * overlaps: what its scroller has cut off, or a list covers that is open, is not seen now; the rest is
 * measured against its own ground;
 * signs and single letters: axe does not judge them, and so they are measured here.
 */
async function isDecided(page: Page, { rule, target, key }: Finding): Promise<boolean> {
  if (rule !== 'color-contrast') return false;
  const isOverlapped = OVERLAPS.has(key);
  if (!isOverlapped && !SIGNS.has(key)) return false;
  if (isOverlapped && (await page.evaluate(isUnseen, target))) return true;
  return (await page.evaluate(contrastOf, target)) >= CONTRAST_MIN;
}

function isUnseen(target: string): boolean {
  const element = document.querySelector(target);
  const box = element?.getBoundingClientRect();
  if (box === undefined) return false;
  for (let around = element?.parentElement; around; around = around.parentElement) {
    const room = around.getBoundingClientRect();
    const isScroller = getComputedStyle(around).overflow !== 'visible';
    const isIn =
      box.top >= room.top &&
      box.bottom <= room.bottom &&
      box.left >= room.left &&
      box.right <= room.right;
    if (isScroller && !isIn) return true;
  }
  const top = document.elementFromPoint(box.x + box.width / 2, box.y + box.height / 2);
  return top === null || !(element?.contains(top) || top.contains(element));
}

/** Of a text's colour and the first ground behind it (WCAG 2.2, "contrast ratio"). */
function contrastOf(target: string): number {
  const canvas = new OffscreenCanvas(1, 1).getContext('2d', { willReadFrequently: true });
  const element = document.querySelector(target);
  if (canvas === null || element === null) return 0;
  const luminance = (colour: string): number => {
    canvas.fillStyle = colour;
    canvas.fillRect(0, 0, 1, 1);
    const [red = 0, green = 0, blue = 0] = [...canvas.getImageData(0, 0, 1, 1).data].map((byte) => {
      const part = byte / 255;
      return part <= 0.04045 ? part / 12.92 : ((part + 0.055) / 1.055) ** 2.4;
    });
    return 0.2126 * red + 0.7152 * green + 0.0722 * blue;
  };
  let ground = element;
  const groundOf = () => getComputedStyle(ground).backgroundColor;
  while (groundOf() === 'rgba(0, 0, 0, 0)' && ground.parentElement) ground = ground.parentElement;
  const one = luminance(getComputedStyle(element).color);
  const other = luminance(groundOf());
  return (Math.max(one, other) + 0.05) / (Math.min(one, other) + 0.05);
}

async function keepPicture(page: Page, place: string): Promise<void> {
  if (SCREENSHOTS === undefined) return;
  await mkdir(SCREENSHOTS, { recursive: true });
  await page.screenshot({ path: join(SCREENSHOTS, `${place.replaceAll(' ', '-')}.png`) });
}
