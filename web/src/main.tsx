// Starts the page.
import { StrictMode } from 'react';
import { createRoot } from 'react-dom/client';
import { App } from './app/App.tsx';
import { applyPreferences } from './app/preferences.ts';
import { loadConversations } from './features/conversations/conversation-list.ts';
import { followHealth, onBack } from './features/health/health.ts';
import { loadModels } from './features/models/models.ts';
import './styles/index.css';

// A newer build replaced the lazy parts that this page knows by name.
addEventListener('vite:preloadError', () => location.reload());

applyPreferences();
onBack(() => void loadModels());
onBack(() => void loadConversations());
followHealth();
void loadModels();
void loadConversations();

const root = document.querySelector('#root');
if (root) {
  createRoot(root).render(
    <StrictMode>
      <App />
    </StrictMode>,
  );
}
