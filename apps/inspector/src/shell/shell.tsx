import { type ReactNode, Suspense } from 'react';
import { useLocation } from 'wouter';
import { useCommands } from '../commands/commands.ts';
import { Palette } from '../commands/palette.tsx';
import { useGo } from '../prefs/address.ts';
import { useSession } from '../traffic/session.ts';
import { closeDialog, openDialog, useOpenDialog } from '../ui/dialogs.ts';
import { lazyView } from '../ui/lazy-view.ts';
import { Toast } from '../ui/toast.tsx';
import { Banner } from './banner.tsx';
import { LockedPage } from './locked-page.tsx';
import styles from './shell.module.css';
import { SkipLink } from './skip-link.tsx';
import { TopBar } from './top-bar.tsx';
import { useAnnouncements } from './use-announcements.ts';
import { useTitle } from './use-title.ts';
import { ViewBoundary } from './view-boundary.tsx';
import { viewAt } from './views.ts';

const DIALOGS = {
  settings: lazyView(async () => (await import('../settings/settings-dialog.tsx')).SettingsDialog),
  help: lazyView(async () => (await import('../commands/help-dialog.tsx')).HelpDialog),
  // Not lazily: who has pressed its key types on at once.
  palette: Palette,
  export: lazyView(async () => (await import('../har/export-dialog.tsx')).ExportDialog),
};

/** What is around every view. */
export function Shell({ children }: { readonly children: ReactNode }) {
  const isLocked = useSession(({ link, status }) => link === 'locked' && status === undefined);
  const [path] = useLocation();
  useTitle(viewAt(path));
  useAnnouncements();
  usePageCommands();
  return (
    <div className={styles.shell}>
      <SkipLink />
      <TopBar />
      <Banner />
      <div id="content" tabIndex={-1} className={styles.content}>
        {isLocked ? <LockedPage /> : <ViewBoundary key={viewAt(path)}>{children}</ViewBoundary>}
      </div>
      <OpenDialog />
      <Toast />
    </div>
  );
}

function OpenDialog() {
  const { name } = useOpenDialog();
  if (name === undefined) return null;
  const Content = DIALOGS[name];
  return (
    <Suspense>
      <Content onClose={closeDialog} />
    </Suspense>
  );
}

function usePageCommands(): void {
  const go = useGo();
  useCommands({
    tunnels: () => go('/status'),
    all: () => go('/all'),
    import: () => go('/import'),
    export: () => openDialog('export'),
    settings: () => openDialog('settings'),
    help: () => openDialog('help'),
    palette: () => openDialog('palette'),
  });
}
