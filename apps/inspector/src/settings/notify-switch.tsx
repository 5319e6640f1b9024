import { useState } from 'react';
import { setPrefs, usePrefs } from '../prefs/prefs.ts';
import { Check } from '../ui/check.tsx';

/** Notices of the system need its leave, which browsers give only when somebody has just asked. */
export function NotifySwitch() {
  const notifies = usePrefs((prefs) => prefs.notifies);
  const [isRefused, setRefused] = useState(isDenied);
  const change = async (isOn: boolean): Promise<void> => {
    const isGranted = isOn && (await ask()) === 'granted';
    setRefused(isOn && !isGranted);
    setPrefs({ notifies: isGranted });
  };
  return (
    <Check
      label="Notify me of errors while this page is hidden"
      note={
        isRefused
          ? 'This browser does not allow notices for this page; its own settings do.'
          : undefined
      }
      isChecked={notifies && !isDenied()}
      onChange={(isOn) => void change(isOn)}
    />
  );
}

/** There are none without a secure context, as on an address of the LAN. */
function ask(): Promise<NotificationPermission> {
  return 'Notification' in window ? Notification.requestPermission() : Promise.resolve('denied');
}

function isDenied(): boolean {
  return !('Notification' in window) || Notification.permission === 'denied';
}
