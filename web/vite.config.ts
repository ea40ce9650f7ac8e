// Builds the page to `web/dist`, and packs it for the gateway. `vite` alone serves it with hot reload, in front of a running web service.
import { defineConfig } from 'vite';
import { fileURLToPath } from 'node:url';
import { packFolder } from './pack.ts';

const service = 'http://127.0.0.1:3000';

export default defineConfig({
  base: '/ui/',
  plugins: [{ name: 'weir-pack', apply: 'build', closeBundle: () => void packFolder(fileURLToPath(new URL('dist', import.meta.url))) }],
  build: {
    target: 'es2022',
    // A preload of every lazy part would load what most visits never need.
    modulePreload: { polyfill: false },
    assetsInlineLimit: 0,
    manifest: true,
    rolldownOptions: {
      // "use client" means something to servers that render React; there is none here.
      onLog: (level, log, handle) => {
        if (log.code !== 'MODULE_LEVEL_DIRECTIVE') handle(level, log);
      },
    },
  },
  server: { port: 5173, strictPort: true, proxy: { '^/(?!ui/(?!session))': service } },
});
