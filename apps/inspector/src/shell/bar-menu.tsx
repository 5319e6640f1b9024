import { run } from '../commands/commands.ts';
import { useGo } from '../prefs/address.ts';
import { Icon } from '../ui/icon.tsx';
import { Menu } from '../ui/menu.tsx';
import { toggleCapture, useIsCapturing } from './capture.ts';

/** What has no room in a narrow bar. */
export function BarMenu() {
  const go = useGo();
  const isCapturing = useIsCapturing();
  return (
    <Menu
      label="Menu"
      look="plain"
      items={[
        { label: 'Traffic', onSelect: () => go('/') },
        { label: 'Tunnels', onSelect: () => go('/status') },
        {
          label: isCapturing ? 'Stop capture' : 'Begin capture',
          onSelect: () => void toggleCapture(),
        },
        { label: 'All commands', onSelect: () => run('palette') },
        { label: 'Settings', onSelect: () => run('settings') },
        { label: 'Keys', onSelect: () => run('help') },
      ]}
    >
      <Icon name="menu" />
    </Menu>
  );
}
