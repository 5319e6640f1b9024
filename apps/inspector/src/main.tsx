import './styles/reset.css';
import './styles/tokens.css';
import { StrictMode } from 'react';
import { createRoot } from 'react-dom/client';
import { App } from './app.tsx';
import { listenToKeys } from './commands/commands.ts';
import { followLooks } from './prefs/prefs.ts';
import { startSession } from './traffic/session.ts';

followLooks();
listenToKeys();
startSession();

createRoot(document.getElementById('page') as HTMLElement).render(
  <StrictMode>
    <App />
  </StrictMode>,
);
