import type { ComponentProps } from 'react';
import styles from './button.module.css';

interface ButtonProps extends ComponentProps<'button'> {
  /** `plain` shows its edges only under the pointer. */
  readonly look?: 'edged' | 'plain' | 'strong' | 'danger';
  /** Only a picture or a letter: as wide as high. Give it an aria-label. */
  readonly isSquare?: boolean;
}

export function Button({ look = 'edged', isSquare = false, className = '', ...rest }: ButtonProps) {
  const classes = [styles.button, styles[look], isSquare ? styles.square : '', className];
  return <button type="button" className={classes.join(' ')} {...rest} />;
}
