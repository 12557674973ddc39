import '@mantine/core/styles.css';
import '@mantine/notifications/styles.css';
import '@mantine/spotlight/styles.css';
import './main.css';
import { StrictMode } from 'react';
import { createRoot } from 'react-dom/client';
import { App } from './app';
import { startI18n } from './i18n';
import { pageAt } from './pages';
import { loadRoom } from './room';
import { splitHash } from './shell/hash';

// A page whose code cannot be loaded says so in its place.
await Promise.all([startI18n(), loadRoom(pageAt(splitHash(location.hash).path)).catch(() => undefined)]);

const root = document.getElementById('root');
if (root) {
  createRoot(root).render(
    <StrictMode>
      <App />
    </StrictMode>,
  );
}
