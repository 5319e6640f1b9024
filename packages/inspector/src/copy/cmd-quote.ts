/**
 * One word for a program that is started from the prompt of cmd.exe, which reads the line first, and
 * then the program's own runtime does. `value` is printable ASCII.
 */
export function quoteCmd(value: string): string {
  const escaped = value.replaceAll(/\\+|"/g, escapeForRuntime);
  if (!/["%!]/.test(value)) return `"${escaped}"`;
  // Each quote has a caret, so cmd.exe never thinks itself inside quotes, where a caret is a letter.
  // Behind a percent sign comes a caret too: of `%^PATH` no variable is found.
  return `^"${escaped.replaceAll(/(?<=%).|["%!&|<>()^]/g, '^$&')}^"`;
}

/** The runtime takes backslashes as escapes only where a quote follows them. */
function escapeForRuntime(found: string, at: number, value: string): string {
  if (found === '"') return '\\"';
  const next = value[at + found.length];
  return next === undefined || next === '"' ? found + found : found;
}
