import './styles/reset.css';
import './styles/tokens.css';
import './styles/forced-colors.css';
import { StrictMode } from 'react';
import { createRoot } from 'react-dom/client';
import { App } from './app.tsx';
import { listenToKeys } from './commands/commands.ts';
import { followLooks } from './prefs/prefs.ts';
import { followSettings } from './settings/server-settings.ts';
import { startSession } from './traffic/session.ts';
import { loadViews } from './ui/lazy-view.ts';

followLooks();
listenToKeys();
followSettings();
startSession();

createRoot(document.getElementById('page') as HTMLElement).render(
  <StrictMode>
    <App />
  </StrictMode>,
);
loadViews();
