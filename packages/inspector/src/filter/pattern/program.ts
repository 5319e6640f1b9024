import { PATTERN_STEPS_MAX } from '../limits.ts';
import { Unreadable } from '../unreadable.ts';
import type { CodeSet } from './code-set.ts';
import type { Assertion, PatternNode } from './pattern-node.ts';

/** One step of a program. `next` is the number of the step that follows. */
export type Step =
  | { readonly kind: 'set'; readonly set: CodeSet; readonly next: number }
  | { readonly kind: 'assertion'; readonly assertion: Assertion; readonly next: number }
  | { readonly kind: 'fork'; readonly next: readonly number[] }
  | { readonly kind: 'match' };

/** A regular expression as steps, with the number of the first one. */
export interface Program {
  readonly steps: readonly Step[];
  readonly first: number;
}

/** Throws an Unreadable when written-out counts make it too large. */
export function compile(node: PatternNode): Program {
  if (stepsOf(node) >= PATTERN_STEPS_MAX) {
    throw new Unreadable('This regular expression is too large; smaller counts would help.');
  }
  const steps: Step[] = [{ kind: 'match' }];
  const first = emit(steps, node, 0);
  return { steps, first };
}

/** Told before anything is written: `(a{99}){99}` would be huge. */
function stepsOf(node: PatternNode): number {
  if (node.kind === 'set' || node.kind === 'assertion') return 1;
  if (node.kind === 'repeat') return repeatSteps(stepsOf(node.part), node.least, node.most);
  const inside = node.parts.reduce((sum, part) => sum + stepsOf(part), 0);
  // At least one, so that a huge count of nothing is refused too.
  return node.kind === 'choice' && node.parts.length > 1 ? inside + 1 : Math.max(1, inside);
}

function repeatSteps(part: number, least: number, most: number): number {
  const isOpen = most === Number.POSITIVE_INFINITY;
  return isOpen ? part * (least + 1) + 1 : part * most + (most - least);
}

/** Writes `node` so that it goes on at `next`; from back to front. Returns its first step. */
function emit(steps: Step[], node: PatternNode, next: number): number {
  if (node.kind === 'set') return push(steps, { kind: 'set', set: node.set, next });
  if (node.kind === 'assertion') return push(steps, { ...node, next });
  if (node.kind === 'sequence') {
    return node.parts.reduceRight((after, part) => emit(steps, part, after), next);
  }
  if (node.kind === 'repeat') return emitRepeat(steps, node, next);
  const branches = node.parts.map((part) => emit(steps, part, next));
  return branches.length === 1
    ? (branches[0] ?? next)
    : push(steps, { kind: 'fork', next: branches });
}

type Repeat = Extract<PatternNode, { readonly kind: 'repeat' }>;

function emitRepeat(steps: Step[], { part, least, most }: Repeat, next: number): number {
  let first = most === Number.POSITIVE_INFINITY ? emitLoop(steps, part, next) : next;
  const optional = most === Number.POSITIVE_INFINITY ? 0 : most - least;
  for (let times = 0; times < optional; times += 1) {
    first = push(steps, { kind: 'fork', next: [emit(steps, part, first), next] });
  }
  for (let times = 0; times < least; times += 1) first = emit(steps, part, first);
  return first;
}

function emitLoop(steps: Step[], part: PatternNode, next: number): number {
  const ways = [next];
  const loop = push(steps, { kind: 'fork', next: ways });
  ways.push(emit(steps, part, loop));
  return loop;
}

function push(steps: Step[], step: Step): number {
  return steps.push(step) - 1;
}
