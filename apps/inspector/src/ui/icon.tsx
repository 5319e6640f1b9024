const PATHS = {
  copy: 'M5.5 5.5h7v7h-7z M3.5 10.5v-7h7',
  open: 'M9 3h4v4 M13 3 7.5 8.5 M11 9.5V13H3V5h3.5',
  qr: 'M3 3h4v4H3z M9 3h4v4H9z M3 9h4v4H3z M9 9h2v2H9z M13 9v0 M13 11v2h-2 M9 13v0',
  pause: 'M5.5 3.5v9 M10.5 3.5v9',
  record:
    'M8 13.5a5.5 5.5 0 1 0 0-11 5.5 5.5 0 0 0 0 11z M8 9.5a1.5 1.5 0 1 0 0-3 1.5 1.5 0 0 0 0 3z',
  play: 'M5 3.5v9l7-4.5z',
  menu: 'M2.5 4.5h11 M2.5 8h11 M2.5 11.5h11',
  search: 'M7 11.5a4.5 4.5 0 1 0 0-9 4.5 4.5 0 0 0 0 9z M10.5 10.5l3 3',
  settings:
    'M2.5 5h5.5 M11 5h2.5 M2.5 11H5 M8 11h5.5 M11 5a1.5 1.5 0 1 1-3 0 1.5 1.5 0 0 1 3 0z M8 11a1.5 1.5 0 1 1-3 0 1.5 1.5 0 0 1 3 0z',
  help: 'M8 14A6 6 0 1 0 8 2a6 6 0 0 0 0 12z M6.2 6.4a1.8 1.8 0 1 1 2.7 1.6c-.6.3-.9.7-.9 1.4 M8 11.3v0',
  down: 'M4.5 6.5 8 10l3.5-3.5',
  close: 'M4 4l8 8 M12 4l-8 8',
  up: 'M4.5 9.5 8 6l3.5 3.5',
  cross: 'M4 4l8 8 M12 4l-8 8',
  star: 'M8 2.2l1.8 3.7 4 .6-2.9 2.8.7 4L8 11.4l-3.6 1.9.7-4-2.9-2.8 4-.6z',
  clear: 'M3 4.5h10 M6.5 4.5V3h3v1.5 M4.5 4.5l.6 8.5h5.8l.6-8.5 M6.8 7v3.5 M9.2 7v3.5',
  columns: 'M2.5 3h11v10h-11z M6.2 3v10 M9.8 3v10',
} as const;

export type IconName = keyof typeof PATHS;

/** A small picture in the colour of the text; what it means is said in words beside it. */
export function Icon({ name }: { readonly name: IconName }) {
  return (
    <svg
      aria-hidden="true"
      width="1rem"
      height="1rem"
      viewBox="0 0 16 16"
      fill="none"
      stroke="currentColor"
      strokeWidth="1.5"
      strokeLinecap="round"
      strokeLinejoin="round"
    >
      <path d={PATHS[name]} />
    </svg>
  );
}
