import type { ParsedFilter } from '@sellia/inspector/browser';
import { useSession } from '../traffic/session.ts';
import { useTrafficOf } from '../traffic/use-traffic.ts';
import { Button } from '../ui/button.tsx';
import { Icon } from '../ui/icon.tsx';
import { Menu } from '../ui/menu.tsx';
import styles from './filter-bar.module.css';
import {
  chooseTunnel,
  hasTerm,
  QUICK_FILTERS,
  removeQuick,
  toggleQuick,
  tunnelTerm,
} from './filter-terms.ts';
import type { TypedFilter } from './use-typed-filter.ts';

interface QuickFiltersProps {
  readonly typed: TypedFilter;
  readonly parsed: ParsedFilter;
}

/** Buttons for what is asked most often; each is a term of the filter. */
export function QuickFilters({ typed, parsed }: QuickFiltersProps) {
  const isAll = QUICK_FILTERS.every(({ term }) => !hasTerm(parsed, term));
  return (
    <fieldset className={styles.quick} aria-label="Quick filters">
      <Button
        className={styles.quickButton}
        aria-pressed={isAll}
        onClick={() => typed.set(removeQuick(typed.text))}
      >
        All
      </Button>
      {QUICK_FILTERS.map((quick) => (
        <Button
          key={quick.label}
          className={styles.quickButton}
          aria-pressed={hasTerm(parsed, quick.term)}
          onClick={() => typed.set(toggleQuick(typed.text, quick))}
        >
          {quick.label}
        </Button>
      ))}
      <TunnelChoice typed={typed} parsed={parsed} />
    </fieldset>
  );
}

/** One of several tunnels; nothing to choose while there is only one. */
function TunnelChoice({ typed, parsed }: QuickFiltersProps) {
  const shown = useSession(({ status }) => status?.tunnels);
  const isSeveral = useTrafficOf(({ hasTunnels }) => hasTunnels);
  const names = (shown ?? []).map(({ name }) => name);
  if (names.length < 2 && !isSeveral) return null;
  const chosen = names.find((name) => hasTerm(parsed, tunnelTerm(name, names)));
  const choose = (name: string | undefined) => () =>
    typed.set(chooseTunnel(typed.text, name, names));
  return (
    <Menu
      label={`Tunnel: ${chosen ?? 'All tunnels'}`}
      look="plain"
      items={[
        { label: 'All tunnels', isChecked: chosen === undefined, onSelect: choose(undefined) },
        ...names.map((name) => ({
          label: name,
          isChecked: name === chosen,
          onSelect: choose(name),
        })),
      ]}
    >
      {chosen ?? 'All tunnels'}
      <Icon name="down" />
    </Menu>
  );
}
