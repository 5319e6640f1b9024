import { setPrefs, usePrefs } from '../prefs/prefs.ts';
import { Check } from '../ui/check.tsx';

/** Speech input and clumsy fingers set single letters off (WCAG 2.1.4). */
export function ShortcutsSwitch() {
  const hasShortcuts = usePrefs((prefs) => prefs.hasShortcuts);
  return (
    <Check
      label="Single letters do something"
      isChecked={hasShortcuts}
      onChange={(isOn) => setPrefs({ hasShortcuts: isOn })}
    />
  );
}
