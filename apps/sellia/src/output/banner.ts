import { type Palette, type Shown, styled } from '@sellia/terminal';
import type { ReadyEvent } from '../events.ts';

/**
 * The lines after the name: where the tunnel begins, where it ends, what carries it, where
 * one can look. With the name and the empty lines around, eight on a terminal; off it there is no
 * room to make.
 */
export function banner(event: ReadyEvent, palette: Palette, isInteractive: boolean): Shown[] {
  const there = event.targetAnswers
    ? palette.green('answers')
    : palette.yellow('nothing answers there yet');
  const lines = [
    styled`  ${palette.dim('Public URL')}  ${palette.bold(palette.link(event.url))}`,
    styled`  ${palette.dim('Forwards to')} ${event.target} (${there})`,
    styled`  ${palette.dim('Relay')}       ${event.server}`,
  ];
  if (event.inspector !== null) {
    lines.push(styled`  ${palette.dim('Inspector')}   ${palette.link(event.inspector)}`);
  }
  if (!isInteractive) return lines;
  return ['', ...lines, '', styled`  ${palette.dim('Press Ctrl-C to stop')}`, ''];
}
