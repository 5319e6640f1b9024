/** What the page can show; the first whose path begins the address is shown now. */
export const VIEWS = [
  { path: '/status', label: 'Tunnels' },
  { path: '/all', label: 'All programs' },
  { path: '/import', label: 'HAR file' },
  { path: '/diff', label: 'Comparison' },
  { path: '/', label: 'Traffic' },
] as const;

export type ViewLabel = (typeof VIEWS)[number]['label'];

/** Name of the view at `path`. */
export function viewAt(path: string): ViewLabel {
  return VIEWS.find((view) => path.startsWith(view.path))?.label ?? 'Traffic';
}
