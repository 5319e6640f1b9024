const NAMES: Readonly<Record<string, string>> = {
  ' ': 'Space',
  ArrowDown: '↓',
  ArrowUp: '↑',
  PageDown: 'Page Down',
  PageUp: 'Page Up',
  Escape: 'Esc',
};

/** A key of the table as it stands on keyboards: `j`, `↓`, `Ctrl+K`; on a Mac `⌘K`. */
export function keyText(key: string, isMac: boolean): string {
  if (!key.startsWith('Mod+')) return NAMES[key] ?? key;
  return `${isMac ? '⌘' : 'Ctrl+'}${key.slice(4).toUpperCase()}`;
}

/** Whether Command takes the place of Ctrl here. */
export function isMac(): boolean {
  return navigator.platform.startsWith('Mac');
}

/** What opens the palette here. */
export function paletteKey(): string {
  return keyText('Mod+k', isMac());
}
