/** The JSON argument of a program in `programs/`, as its caller typed it. */
export function readSettings<T>(): T {
  return JSON.parse(process.argv[2] ?? '{}') as T;
}
