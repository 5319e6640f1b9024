/** What of a run `--only` asks for. */
export interface Selection<M, S> {
  readonly measurements: readonly M[];
  readonly subjects: readonly S[];
  readonly micro: boolean;
}

interface Named {
  readonly name: string;
}

/**
 * A name chooses the measurement or subject that has it, else all that begin with it; whichever of
 * the two kinds no name chooses stays whole. `micro` alone is the micro-benchmarks. Throws on a name of nothing.
 */
export function select<M extends Named, S extends Named>(
  only: readonly string[],
  measurements: readonly M[],
  subjects: readonly S[],
): Selection<M, S> {
  const all = [...measurements, ...subjects];
  const isChosen = (name: string, wanted: string) =>
    name === wanted || (name.startsWith(wanted) && !all.some((other) => other.name === wanted));
  const chosen = <T extends Named>(from: readonly T[]) =>
    from.filter(({ name }) => only.some((wanted) => isChosen(name, wanted)));
  for (const wanted of only) {
    if (wanted === 'micro' || all.some(({ name }) => isChosen(name, wanted))) continue;
    throw new Error(`--only: nothing is called "${wanted}"`);
  }
  const [someMeasurements, someSubjects] = [chosen(measurements), chosen(subjects)];
  const micro = only.length === 0 || only.includes('micro');
  const onlyMicro = micro && only.length === 1;
  return {
    measurements: onlyMicro ? [] : someMeasurements.length > 0 ? someMeasurements : measurements,
    subjects: someSubjects.length > 0 ? someSubjects : subjects,
    micro,
  };
}
