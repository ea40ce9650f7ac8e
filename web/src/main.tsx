// Starts the page.
import { StrictMode } from 'react';
import { createRoot } from 'react-dom/client';
import { QueryClientProvider } from '@tanstack/react-query';
import { App } from './app/App.tsx';
import { applyPreferences } from './app/preferences.ts';
import { queries } from './api/gateway.ts';
import './styles/index.css';

// A newer build replaced the lazy parts that this page knows by name.
addEventListener('vite:preloadError', () => location.reload());

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
