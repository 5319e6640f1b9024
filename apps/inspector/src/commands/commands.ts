import { useEffect, useRef } from 'react';
import { usePrefs } from '../prefs/prefs.ts';
import { COMMANDS, type CommandName } from './command-table.ts';

/** What a command does now. False: nothing, and the key is the browser's again. */
export type Act = () => unknown;
export type Acts = Partial<Readonly<Record<CommandName, Act>>>;

/** The last one to offer a command carries it out. */
const offers: Acts[] = [];

/** Offers commands for as long as the component is there. */
export function useCommands(acts: Acts): void {
  const latest = useRef(acts);
  latest.current = acts;
  useEffect(() => {
    const offer = new Proxy<Acts>({}, { get: (_, name) => Reflect.get(latest.current, name) });
    offers.push(offer);
    return () => {
      offers.splice(offers.indexOf(offer), 1);
    };
  }, []);
}

/** Carries a command out; false when nobody offers it here. */
export function run(name: CommandName): boolean {
  const act = offers.findLast((offer) => offer[name] !== undefined)?.[name];
  return act !== undefined && act() !== false;
}

export function isOffered(name: CommandName): boolean {
  return offers.some((offer) => offer[name] !== undefined);
}

/** Listens to the keyboard. Returns what ends it. */
export function listenToKeys(): () => void {
  const onKey = (event: KeyboardEvent): void => {
    if (event.defaultPrevented || event.isComposing) return;
    const command = commandOf(event);
    if (command !== undefined && run(command)) event.preventDefault();
  };
  addEventListener('keydown', onKey);
  return () => removeEventListener('keydown', onKey);
}

function commandOf(event: KeyboardEvent): CommandName | undefined {
  const hasMod = event.ctrlKey || event.metaKey;
  const key = hasMod ? `Mod+${event.key.toLowerCase()}` : event.key;
  if (event.altKey || !isFor(event, key)) return undefined;
  return COMMANDS.find(({ keys }) => keys.includes(key))?.name;
}

/** Keys belong to what has the focus first: fields, buttons, menus, dialogs. */
function isFor(event: KeyboardEvent, key: string): boolean {
  if (key.startsWith('Mod+')) return true;
  if (document.querySelector('dialog:modal, :popover-open') !== null) return false;
  // Editors stand in shadow trees, which hide what has the focus from `target`.
  const [target] = event.composedPath();
  const element = target instanceof Element ? target : document.body;
  if (element.closest('input, textarea, select, [contenteditable]') !== null) return false;
  const isControl = element.closest('button, a, summary, [role=tab], [role=separator]') !== null;
  if (isControl && (key === ' ' || key === 'Enter')) return false;
  // What scrolls is scrolled by these.
  const isPanel = element.closest('[role=tabpanel]') !== null;
  if (isPanel && (key.length > 1 || key === ' ') && key !== 'Escape') return false;
  return key.length > 1 || usePrefs.getState().hasShortcuts;
}
