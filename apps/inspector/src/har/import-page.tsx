/** Somebody's HAR file, to be looked at. */
export function ImportPage() {
  return <main />;
}
