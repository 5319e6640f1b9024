import { create } from 'zustand';

interface NoteEditorState {
  readonly isOpen: boolean;
  readonly setOpen: (isOpen: boolean) => void;
}

/** Whether the note of the shown exchange is being written. */
export const useNoteEditor = create<NoteEditorState>((set) => ({
  isOpen: false,
  setOpen: (isOpen) => set({ isOpen }),
}));
