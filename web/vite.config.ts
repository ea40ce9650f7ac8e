// Builds the page to `web/dist`. `vite` alone serves it with hot reload, in front of a running web service.
import { defineConfig } from 'vite';

export default defineConfig({
  build: {
    target: 'es2022',
    // A preload of every lazy part would load what most visits never need.
    modulePreload: { polyfill: false },
    assetsInlineLimit: 0,
    rolldownOptions: {
      // "use client" means something to servers that render React; there is none here.
      onLog: (level, log, handle) => {
        if (log.code !== 'MODULE_LEVEL_DIRECTIVE') handle(level, log);
      },
    },
  },
  server: { port: 5173, strictPort: true, proxy: { '/api': 'http://127.0.0.1:3000' } },
});
