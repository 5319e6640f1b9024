import { create } from 'zustand';

/** Dialogs that can be opened from anywhere in the page. */
export type DialogName = 'settings' | 'help' | 'palette' | 'export';

/** The one that is open now, if there is one. */
export const useOpenDialog = create<{ readonly name: DialogName | undefined }>(() => ({
  name: undefined,
}));

export function openDialog(name: DialogName): void {
  useOpenDialog.setState({ name });
}

export function closeDialog(): void {
  useOpenDialog.setState({ name: undefined });
}
