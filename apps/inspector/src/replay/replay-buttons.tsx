import { lazy, Suspense, useId, useState } from 'react';
import type { ReplayEdit } from '../api/api.ts';
import { api } from '../api/api.ts';
import type { ExchangeDetail, ExchangeRow } from '../api/types.ts';
import { useCommands } from '../commands/commands.ts';
import { exchangePath, useGo } from '../prefs/address.ts';
import { useIsOfBefore } from '../traffic/session.ts';
import { Button } from '../ui/button.tsx';
import { Hidden } from '../ui/hidden.tsx';
import { say } from '../ui/toast.tsx';
import { ConfirmReplay } from './confirm-replay.tsx';
import { isConfirmed, isSafe } from './confirmation.ts';
import { whyNoEdit, whyNoReplay } from './why-not.ts';

const EditDialog = lazy(() =>
  import('./edit-dialog.tsx').then(({ EditDialog }) => ({ default: EditDialog })),
);

interface ReplayButtonsProps {
  readonly row: ExchangeRow;
  readonly detail: ExchangeDetail | undefined;
}

/** Sends an exchange again, as it was or edited, and goes to the new one. */
export function ReplayButtons({ row, detail }: ReplayButtonsProps) {
  const [open, setOpen] = useState<'confirm' | 'edit'>();
  const go = useGo();
  const id = useId();
  const whyNobody = useIsOfBefore() ? 'Sellia does not answer this page.' : undefined;
  const whyNot = whyNobody ?? whyNoReplay(row, detail);
  const whyNoEditing = whyNobody ?? whyNoEdit(row, detail);
  const close = (): void => setOpen(undefined);
  /** Says why it was not sent; undefined when it was. */
  const send = async (edit: ReplayEdit = {}): Promise<string | undefined> => {
    try {
      const made = await api.replay(row.id, edit);
      close();
      say('Sent again');
      go(made.id === '' ? '/' : exchangePath(made.id));
      return undefined;
    } catch (error) {
      return (error as Error).message;
    }
  };
  const sendNow = async (): Promise<void> => {
    const problem = await send();
    if (problem !== undefined) say(problem);
  };
  const replay = (): void => {
    if (whyNot !== undefined) say(whyNot);
    else if (isSafe(row.method) || isConfirmed()) void sendNow();
    else setOpen('confirm');
  };
  const edit = (): void => {
    if (whyNoEditing !== undefined) say(whyNoEditing);
    else setOpen('edit');
  };
  useCommands({ replay, edit });
  return (
    <>
      <Button
        look="strong"
        aria-disabled={whyNot !== undefined}
        aria-describedby={id}
        title={whyNot ?? 'Send again (r)'}
        onClick={replay}
      >
        Send again
      </Button>
      <Button
        aria-disabled={whyNoEditing !== undefined}
        title={whyNoEditing ?? 'Edit and send again (e)'}
        onClick={edit}
      >
        Edit and send
      </Button>
      <span id={id}>
        <Hidden>{whyNot ?? ''}</Hidden>
      </span>
      {open === 'confirm' ? (
        <ConfirmReplay method={row.method} onSend={() => void sendNow()} onClose={close} />
      ) : null}
      {open === 'edit' && detail !== undefined ? (
        <Suspense>
          <EditDialog detail={detail} onSend={send} onClose={close} />
        </Suspense>
      ) : null}
    </>
  );
}
