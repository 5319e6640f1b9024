/**
 * `go`, for a socket's event or a timer, where a throw would end the process: what it throws goes to
 * `broke`, which must not throw.
 */
export function guarded<Values extends readonly unknown[]>(
  broke: (error: unknown) => void,
  go: (...values: Values) => void,
): (...values: Values) => void {
  return (...values) => {
    try {
      go(...values);
    } catch (error) {
      broke(error);
    }
  };
}
