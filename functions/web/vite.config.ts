import { fileURLToPath } from 'node:url';
import { svelte } from '@sveltejs/vite-plugin-svelte';
import { defineConfig } from 'vitest/config';

const here = (path: string): string => fileURLToPath(new URL(path, import.meta.url));

// For `npm run dev` on its own: the gateway that answers what Vite does not. Behind the gateway it is never asked.
const gateway = process.env.GATEWAY_URL ?? 'http://127.0.0.1:8080';

export default defineConfig({
  plugins: [svelte()],
  cacheDir: process.env.VITE_CACHE_DIR ?? 'node_modules/.vite',
  resolve: { alias: { $player: here('../../shared/player'), $project: here('../../shared/project') } },
  server: {
    // No fixed HMR port: the client then connects to the address of the page, which is the gateway's.
    hmr: {},
    allowedHosts: ['localhost', '.localhost'],
    // A file is read once it has rested: an editor that truncates and then writes must not be caught between.
    watch: { awaitWriteFinish: { stabilityThreshold: 60, pollInterval: 15 } },
    fs: { allow: [here('.'), here('../../shared')] },
    proxy: Object.fromEntries(['/api', '/renders', '/mcp', '/health'].map((path) => [path, gateway])),
  },
  build: {
    target: 'es2022',
    // An older browser loads the chunks a little later; an inline polyfill would need a looser CSP.
    modulePreload: { polyfill: false },
    assetsInlineLimit: 0,
  },
  test: { include: ['tests/**/*.test.ts'] },
});
