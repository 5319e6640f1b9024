import { Button } from './button.tsx';
import { copyText } from './clipboard.ts';
import { Icon } from './icon.tsx';

interface CopyButtonProps {
  readonly text: string;
  /** As in `Copy the URL`: it names the button, and is said when it is done. */
  readonly what: string;
  /** Of the tooltip, where there is more to say, such as a key. */
  readonly title?: string;
}

/** A small button that copies what stands beside it. */
export function CopyButton({ text, what, title = `Copy ${what}` }: CopyButtonProps) {
  return (
    <Button
      look="plain"
      isSquare
      aria-label={`Copy ${what}`}
      title={title}
      onClick={() => void copyText(text, what)}
    >
      <Icon name="copy" />
    </Button>
  );
}
