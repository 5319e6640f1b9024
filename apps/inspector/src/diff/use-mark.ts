import { create } from 'zustand';
import { useGo } from '../prefs/address.ts';
import { say } from '../ui/toast.tsx';

/** The exchange that the next one will be compared with; empty without one. */
export const useMarked = create<{ readonly id: string }>(() => ({ id: '' }));

interface Mark {
  readonly isMarked: boolean;
  /** Another one is marked. */
  readonly canCompare: boolean;
  /** Marks the first, compares the second with it; the same one again takes the mark away. */
  readonly mark: () => void;
}

export function useMark(id: string): Mark {
  const marked = useMarked((state) => state.id);
  const go = useGo();
  const isMarked = marked === id;
  const mark = (): void => {
    if (isMarked || marked === '') {
      useMarked.setState({ id: isMarked ? '' : id });
      say(isMarked ? 'No longer marked' : 'Marked. Open another exchange and compare (d)');
      return;
    }
    useMarked.setState({ id: '' });
    go(`/diff/${marked}/${id}`);
  };
  return { isMarked, canCompare: !isMarked && marked !== '', mark };
}
