import { create } from 'zustand';
import { persist } from 'zustand/middleware';

export type Theme = 'system' | 'light' | 'dark';
export type Density = 'compact' | 'comfortable';

/** What a person has chosen; kept in this browser under `sellia`. */
export interface Prefs {
  readonly theme: Theme;
  readonly density: Density;
  /** Single letters do something (WCAG 2.1.4 wants a switch). */
  readonly hasShortcuts: boolean;
  readonly isUtc: boolean;
  /** Columns of the list that are not shown. */
  readonly hiddenColumns: readonly string[];
  /** Pixels; of columns that were made wider or narrower. */
  readonly columnWidths: Readonly<Record<string, number>>;
  /** Share of the window that the list takes, 0 to 1. */
  readonly split: number;
  readonly wraps: boolean;
  /** The view that was chosen for bodies of a kind. */
  readonly bodyViews: Readonly<Record<string, string>>;
  /** What is copied asks the local server, not the public URL. */
  readonly copiesLocal: boolean;
  /** What is copied has no secrets in it. */
  readonly copiesMasked: boolean;
  readonly recentFilters: readonly string[];
  readonly savedFilters: readonly string[];
  /** Notify when something fails while the page is hidden. */
  readonly notifies: boolean;
}

export const usePrefs = create<Prefs>()(
  persist(
    (): Prefs => ({
      theme: 'system',
      density: 'compact',
      hasShortcuts: true,
      isUtc: false,
      hiddenColumns: [],
      columnWidths: {},
      split: 0.5,
      wraps: true,
      bodyViews: {},
      copiesLocal: false,
      copiesMasked: false,
      recentFilters: [],
      savedFilters: [],
      notifies: false,
    }),
    { name: 'sellia', version: 1 },
  ),
);

export const setPrefs = usePrefs.setState;

/** Keeps the page looking as was chosen; see `theme-1.js` for the first paint. */
export function followLooks(): void {
  const apply = ({ theme, density }: Prefs): void => {
    const { dataset } = document.documentElement;
    if (theme === 'system') delete dataset.theme;
    else dataset.theme = theme;
    dataset.density = density;
  };
  apply(usePrefs.getState());
  usePrefs.subscribe(apply);
}
