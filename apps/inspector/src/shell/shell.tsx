import type { ReactNode } from 'react';
import { Toast } from '../ui/toast.tsx';
import styles from './shell.module.css';
import { TopBar } from './top-bar.tsx';

/** What is around every view. */
export function Shell({ children }: { readonly children: ReactNode }) {
  return (
    <div className={styles.shell}>
      <TopBar />
      {children}
      <Toast />
    </div>
  );
}
