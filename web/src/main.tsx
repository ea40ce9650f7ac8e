// Starts the page.
import { StrictMode } from 'react';
import { createRoot } from 'react-dom/client';
import { QueryClientProvider } from '@tanstack/react-query';
import { App } from './app/App.tsx';
import { applyPreferences } from './app/preferences.ts';
import { queries } from './api/gateway.ts';
import './styles/index.css';

// A lazy part is not there: when a newer build has replaced it, the page is loaded anew; when the gateway is away, what was typed stays.
addEventListener('vite:preloadError', () => {
  const script = new URL(import.meta.url).pathname;
  void fetch(location.pathname, { cache: 'no-store' }).then(async (response) => {
    if (response.ok && !(await response.text()).includes(script)) location.reload();
  }, () => undefined);
});

applyPreferences();

const root = document.querySelector('#root');
if (root) {
  createRoot(root).render(
    <StrictMode>
      <QueryClientProvider client={queries}>
        <App />
      </QueryClientProvider>
    </StrictMode>,
  );
}
