import { send } from '../api/api.ts';
import { traffic } from '../traffic/session.ts';
import { countText } from '../ui/numbers.ts';
import { say } from '../ui/toast.tsx';

/** Milliseconds that it can be taken back: a little longer than it is offered. */
const UNDO_MS = 10_500;

let timer: ReturnType<typeof setTimeout> | undefined;

/**
 * Takes all but the pinned exchanges out of the list, and out of the server's memory when nobody
 * wants them back: what is forgotten there is gone for good.
 */
export function clearList(): boolean {
  const cleared = traffic.traffic().rows.filter(({ isPinned }) => !isPinned).length;
  if (cleared === 0) return false;
  const upTo = traffic.newestOrder;
  traffic.hide(upTo);
  clearTimeout(timer);
  timer = setTimeout(() => void forget(upTo), UNDO_MS);
  const what = cleared === 1 ? '1 exchange' : `${countText(cleared)} exchanges`;
  say(`Cleared ${what}`, { label: 'Undo', onSelect: undo });
  return true;
}

function undo(): void {
  clearTimeout(timer);
  traffic.hide(0);
}

async function forget(upTo: number): Promise<void> {
  await send('DELETE', `/exchanges?upTo=${upTo}`).catch((error: Error) => {
    undo();
    say(`Not cleared: ${error.message}`);
  });
}
