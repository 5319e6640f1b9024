import { Button } from '../ui/button.tsx';
import { Dialog } from '../ui/dialog.tsx';
import { confirm } from './confirmation.ts';

interface ConfirmReplayProps {
  readonly method: string;
  readonly onSend: () => void;
  readonly onClose: () => void;
}

/** Before the first request of a session that may change something. */
export function ConfirmReplay({ method, onSend, onClose }: ConfirmReplayProps) {
  const send = (): void => {
    confirm();
    onClose();
    onSend();
  };
  return (
    <Dialog
      title={`Send ${method.slice(0, 30)} again?`}
      onClose={onClose}
      actions={
        <>
          <Button onClick={onClose}>Cancel</Button>
          <Button look="strong" data-first onClick={send}>
            Send again
          </Button>
        </>
      }
    >
      <p>
        Your app gets this request once more, and may do once more what it did: book, pay, delete.
        You will not be asked again in this session.
      </p>
    </Dialog>
  );
}
