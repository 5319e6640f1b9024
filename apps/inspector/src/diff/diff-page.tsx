interface DiffPageProps {
  readonly one: string;
  readonly other: string;
}

/** Two exchanges side by side. */
export function DiffPage({ one, other }: DiffPageProps) {
  return (
    <main>
      {one} {other}
    </main>
  );
}
