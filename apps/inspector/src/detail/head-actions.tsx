import { api } from '../api/api.ts';
import type { ExchangeDetail, ExchangeRow } from '../api/types.ts';
import { useCommands } from '../commands/commands.ts';
import { CopyMenu } from '../copy/copy-menu.tsx';
import { useMark } from '../diff/use-mark.ts';
import { ReplayButtons } from '../replay/replay-buttons.tsx';
import { useTagEditor } from '../tags/tag-editor.ts';
import { Button } from '../ui/button.tsx';
import { say } from '../ui/toast.tsx';
import { useNoteEditor } from './note-editor.ts';
import styles from './panel-head.module.css';

interface HeadActionsProps {
  readonly row: ExchangeRow;
  readonly detail: ExchangeDetail | undefined;
}

/** What can be done with an exchange. */
export function HeadActions({ row, detail }: HeadActionsProps) {
  const { id, isPinned } = row;
  const { isMarked, canCompare, mark } = useMark(id);
  const openNote = useNoteEditor((editor) => editor.setOpen);
  const pin = (): void => {
    const word = isPinned ? 'Unpinned' : 'Pinned: it stays when others are dropped or cleared';
    api.mark(id, { isPinned: !isPinned }).then(
      () => say(word),
      (error: Error) => say(error.message),
    );
  };
  const openTags = useTagEditor((editor) => editor.open);
  useCommands({ pin, tag: openTags, diff: mark });
  return (
    <div className={styles.actions}>
      <ReplayButtons row={row} detail={detail} />
      <CopyMenu row={row} detail={detail} />
      <Button aria-pressed={isPinned} title="Pin (p)" onClick={pin}>
        Pin
      </Button>
      <Button aria-pressed={isMarked} title="Mark, then compare with another (d)" onClick={mark}>
        {canCompare ? 'Compare' : 'Mark'}
      </Button>
      <Button disabled={detail === undefined} onClick={() => openNote(true)}>
        Note
      </Button>
      <Button title="Tag (#)" onClick={openTags}>
        Tag
      </Button>
    </div>
  );
}
