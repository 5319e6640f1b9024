import { create } from 'zustand';

interface TagEditorState {
  /** How often it was asked for since it was closed; 0: it is closed. */
  readonly asked: number;
  readonly open: () => void;
  readonly close: () => void;
}

/** Whether a tag of the shown exchange is being written. */
export const useTagEditor = create<TagEditorState>((set) => ({
  asked: 0,
  open: () => set(({ asked }) => ({ asked: asked + 1 })),
  close: () => set({ asked: 0 }),
}));
