import { Link, useLocation, useSearch } from 'wouter';
import { run } from '../commands/commands.ts';
import { paletteKey } from '../commands/key-text.ts';
import { Button } from '../ui/button.tsx';
import { Hidden } from '../ui/hidden.tsx';
import { Icon, type IconName } from '../ui/icon.tsx';
import { BarMenu } from './bar-menu.tsx';
import { toggleCapture, useIsCapturing } from './capture.ts';
import { LinkPill } from './link-pill.tsx';
import { Logo } from './logo.tsx';
import styles from './top-bar.module.css';
import { TunnelBar } from './tunnel-bar.tsx';
import { viewAt } from './views.ts';

/** Where one is, how the tunnels and the page's own link are, and what can be done everywhere. */
export function TopBar() {
  const [path] = useLocation();
  const view = viewAt(path);
  return (
    <header className={styles.bar}>
      <h1 className={styles.name}>
        <Link href="/" className={styles.home}>
          <Logo />
          Sellia
        </Link>
        <Hidden> {view}</Hidden>
      </h1>
      <nav aria-label="Views" className={styles.views}>
        <ViewLink href="/" isHere={view === 'Traffic'}>
          Traffic
        </ViewLink>
        <ViewLink href="/status" isHere={view === 'Tunnels'}>
          Tunnels
        </ViewLink>
      </nav>
      <TunnelBar />
      <div className={styles.actions}>
        <CaptureButton />
        <Button className={styles.find} onClick={() => run('palette')}>
          <Icon name="search" />
          <span className={styles.findText}>Find</span>
          <kbd className={styles.findKey}>{paletteKey()}</kbd>
        </Button>
        <Action icon="settings" label="Settings" command="settings" />
        <Action icon="help" label="Keys" command="help" />
      </div>
      <div className={styles.link}>
        <LinkPill />
      </div>
      <div className={styles.menu}>
        <BarMenu />
      </div>
    </header>
  );
}

interface ViewLinkProps {
  readonly href: string;
  readonly isHere: boolean;
  readonly children: string;
}

/** The filter is part of every address. */
function ViewLink({ href, isHere, children }: ViewLinkProps) {
  const search = useSearch();
  return (
    <Link
      href={search === '' ? href : `${href}?${search}`}
      className={styles.view}
      aria-current={isHere ? 'page' : undefined}
    >
      {children}
    </Link>
  );
}

interface ActionProps {
  readonly icon: IconName;
  readonly label: string;
  readonly command: 'settings' | 'help';
}

function Action({ icon, label, command }: ActionProps) {
  return (
    <Button look="plain" isSquare aria-label={label} title={label} onClick={() => run(command)}>
      <Icon name={icon} />
    </Button>
  );
}

function CaptureButton() {
  const isCapturing = useIsCapturing();
  const label = isCapturing ? 'Capture is on: stop' : 'Capture is off: begin';
  return (
    <Button
      isSquare
      look={isCapturing ? 'plain' : 'danger'}
      aria-label={label}
      title={label}
      onClick={() => void toggleCapture()}
    >
      <Icon name={isCapturing ? 'record' : 'play'} />
    </Button>
  );
}
