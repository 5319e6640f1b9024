import { api } from '../api/api.ts';
import { useSession } from '../traffic/session.ts';
import { say } from '../ui/toast.tsx';

/** Whether exchanges are taken at all, by all pages: not the pause of one list. */
export function useIsCapturing(): boolean {
  return useSession(({ status }) => status?.capture.isPaused !== true);
}

/** Stops taking exchanges, or begins again; those that run are followed to their end. */
export async function toggleCapture(): Promise<void> {
  const isPaused = useSession.getState().status?.capture.isPaused !== true;
  await api.pause(isPaused).then(
    (status) => {
      useSession.setState({ status });
      say(isPaused ? 'Capture is off: new exchanges are not kept' : 'Capture is on');
    },
    (error: Error) => say(error.message),
  );
}
