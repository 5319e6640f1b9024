import { isOffered, run, useCommands } from '../commands/commands.ts';
import { setPrefs, usePrefs } from '../prefs/prefs.ts';
import type { Arrangement } from '../traffic/arrangement.ts';
import { trafficView, useTrafficOf, useViewOf } from '../traffic/use-traffic.ts';
import { Button } from '../ui/button.tsx';
import { Icon } from '../ui/icon.tsx';
import { Menu, type MenuItem } from '../ui/menu.tsx';
import { clearList } from './clear-list.ts';
import { COLUMNS, type Column } from './columns.ts';
import styles from './list-tools.module.css';

/** What can be done with the list as a whole. */
export function ListTools() {
  const isPaused = useViewOf((view) => view.isPaused);
  const isEmpty = useTrafficOf(({ rows }) => rows.length === 0);
  const pause = (): void => {
    trafficView.isPaused = !trafficView.view().isPaused;
  };
  useCommands({ pause, clear: clearList });
  return (
    <div className={styles.tools}>
      <Button aria-pressed={isPaused} title="The list stands still (Space)" onClick={pause}>
        <Icon name={isPaused ? 'play' : 'pause'} />
        <span className={styles.word}>{isPaused ? 'Go on' : 'Pause'}</span>
      </Button>
      <Button title="Clear the list (x)" aria-disabled={isEmpty} onClick={clearList}>
        <Icon name="clear" />
        <span className={styles.word}>Clear</span>
      </Button>
      <ViewMenu />
    </div>
  );
}

function ViewMenu() {
  const hidden = usePrefs((prefs) => prefs.hiddenColumns);
  const arrangement = useViewOf((view) => view.arrangement);
  const hasHosts = useTrafficOf((traffic) => traffic.hasHosts);
  const hasTunnels = useTrafficOf((traffic) => traffic.hasTunnels);
  // A switch that switches nothing would be a riddle.
  const columns = COLUMNS.filter(
    ({ name }) =>
      name !== 'path' && (name !== 'host' || hasHosts) && (name !== 'tunnel' || hasTunnels),
  );
  return (
    <Menu
      label="View of the list"
      items={[...orders(arrangement), ...columnItems(columns, hidden), ...files()]}
    >
      <Icon name="columns" />
    </Menu>
  );
}

const ORDERS = [
  { label: 'Newest first', by: 'time', isDescending: true },
  { label: 'Oldest first', by: 'time', isDescending: false },
  { label: 'Slowest first', by: 'duration', isDescending: true },
  { label: 'Largest first', by: 'size', isDescending: true },
] as const;

/** The head of the columns has more; here is what there is without one. */
function orders(arrangement: Arrangement): MenuItem[] {
  const { by, isDescending, isGrouped } = arrangement;
  return [
    ...ORDERS.map(({ label, ...order }) => ({
      label,
      isChecked: order.by === by && order.isDescending === isDescending,
      onSelect: () => trafficView.arrange({ ...arrangement, ...order }),
    })),
    {
      label: 'Group by tunnel',
      isSwitched: isGrouped,
      onSelect: () => trafficView.arrange({ ...arrangement, isGrouped: !isGrouped }),
    },
  ];
}

function columnItems(columns: readonly Column[], hidden: readonly string[]): MenuItem[] {
  return [
    ...columns.map(({ name, label }) => ({
      label: `Column ${label}`,
      isSwitched: !hidden.includes(name),
      onSelect: () => toggleColumn(name),
    })),
    { label: 'Usual widths', onSelect: () => setPrefs({ columnWidths: {} }) },
  ];
}

function toggleColumn(name: string): void {
  const { hiddenColumns } = usePrefs.getState();
  const rest = hiddenColumns.filter((each) => each !== name);
  const isHidden = rest.length < hiddenColumns.length;
  setPrefs({ hiddenColumns: isHidden ? rest : [...rest, name] });
}

function files(): MenuItem[] {
  const items: MenuItem[] = [];
  if (isOffered('export')) items.push({ label: 'Export as HAR', onSelect: () => run('export') });
  if (isOffered('import')) {
    items.push({ label: 'Look at a HAR file', onSelect: () => run('import') });
  }
  return items;
}
