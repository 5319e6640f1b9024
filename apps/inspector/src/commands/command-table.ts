/** What can be done by a key, from the palette, and by a button: one table for all of them. */
export interface Command {
  readonly name: CommandName;
  /** For people, as an order. */
  readonly label: string;
  readonly group: 'List' | 'Exchange' | 'Page';
  /** Values of KeyboardEvent.key, any of them; `Mod+` stands for Ctrl, or Command on a Mac. */
  readonly keys: readonly string[];
}

export type CommandName = (typeof TABLE)[number]['name'];

const TABLE = [
  { name: 'next', group: 'List', label: 'Next exchange', keys: ['j', 'ArrowDown'] },
  { name: 'previous', group: 'List', label: 'Previous exchange', keys: ['k', 'ArrowUp'] },
  { name: 'page-down', group: 'List', label: 'A page down', keys: ['PageDown'] },
  { name: 'page-up', group: 'List', label: 'A page up', keys: ['PageUp'] },
  { name: 'newest', group: 'List', label: 'Newest exchange', keys: ['Home'] },
  { name: 'oldest', group: 'List', label: 'Oldest exchange', keys: ['End'] },
  { name: 'open', group: 'List', label: 'Open the exchange', keys: ['Enter'] },
  { name: 'close', group: 'List', label: 'Close, or clear the filter', keys: ['Escape'] },
  { name: 'filter', group: 'List', label: 'Filter', keys: ['/'] },
  { name: 'pause', group: 'List', label: 'Pause and go on', keys: [' '] },
  { name: 'clear', group: 'List', label: 'Clear the list', keys: ['x'] },
  { name: 'export', group: 'List', label: 'Export as HAR', keys: [] },
  { name: 'import', group: 'List', label: 'Look at a HAR file', keys: [] },
  { name: 'previous-tab', group: 'Exchange', label: 'Previous tab', keys: ['['] },
  { name: 'next-tab', group: 'Exchange', label: 'Next tab', keys: [']'] },
  { name: 'replay', group: 'Exchange', label: 'Send again', keys: ['r'] },
  { name: 'edit', group: 'Exchange', label: 'Edit and send again', keys: ['e'] },
  { name: 'copy-curl', group: 'Exchange', label: 'Copy as curl', keys: ['c'] },
  { name: 'copy-url', group: 'Exchange', label: 'Copy the URL', keys: ['u'] },
  { name: 'pin', group: 'Exchange', label: 'Pin and unpin', keys: ['p'] },
  { name: 'tag', group: 'Exchange', label: 'Tag', keys: ['#'] },
  { name: 'diff', group: 'Exchange', label: 'Mark, then compare with another', keys: ['d'] },
  { name: 'tunnels', group: 'Page', label: 'Tunnels', keys: ['t'] },
  { name: 'all', group: 'Page', label: 'All programs together', keys: [] },
  { name: 'settings', group: 'Page', label: 'Settings', keys: [','] },
  { name: 'help', group: 'Page', label: 'Keys', keys: ['?'] },
  { name: 'palette', group: 'Page', label: 'All commands', keys: ['Mod+k'] },
] as const;

export const COMMANDS: readonly Command[] = TABLE;
