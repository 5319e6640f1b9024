/** The picture of the favicon. */
export function Logo() {
  return (
    <svg aria-hidden="true" width="20" height="20" viewBox="0 0 32 32">
      <rect width="32" height="32" rx="8" fill="var(--logo)" />
      <path
        d="M6 22a10 10 0 0 1 20 0"
        fill="none"
        stroke="var(--on-logo)"
        strokeWidth="3.4"
        strokeLinecap="round"
      />
      <circle cx="16" cy="22" r="3.2" fill="var(--on-logo)" />
    </svg>
  );
}
