import { say } from './toast.tsx';

/** Copies text, and says so. Works without a secure context too: the page may be open on a LAN address. */
export async function copyText(text: string, what: string): Promise<void> {
  const isCopied = await (navigator.clipboard?.writeText(text) ?? Promise.reject()).then(
    () => true,
    () => copyBySelection(text),
  );
  say(isCopied ? `Copied ${what}` : `This browser does not let pages copy ${what}`);
}

/** The old way: what is selected in a field. */
function copyBySelection(text: string): boolean {
  const field = document.createElement('textarea');
  field.value = text;
  field.readOnly = true;
  field.style.position = 'fixed';
  field.style.opacity = '0';
  const focused = document.activeElement;
  // Inside of an open dialog all around it is inert.
  (document.querySelector('dialog:modal') ?? document.body).append(field);
  field.select();
  const isCopied = document.execCommand('copy');
  field.remove();
  if (focused instanceof HTMLElement) focused.focus();
  return isCopied;
}
