/** Tunnels, their relay, and how they have been. */
export function StatusPage() {
  return <main />;
}
