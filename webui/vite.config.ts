import react from '@vitejs/plugin-react';
import { fileURLToPath } from 'node:url';
import { defineConfig } from 'vitest/config';

// The master that `npm run dev` shows; `locust-http demo` serves there.
const master = process.env.MASTER ?? 'http://127.0.0.1:8088';

export default defineConfig({
  base: './',
  plugins: [react()],
  resolve: { alias: { '@': fileURLToPath(new URL('./src', import.meta.url)) } },
  server: {
    host: '127.0.0.1',
    // The master refuses pages of other origins, so what it is asked comes from its own.
    proxy: { '/api': { target: master, changeOrigin: true, ws: true, headers: { origin: master } } },
  },
  build: {
    target: 'es2022',
    assetsInlineLimit: 0,
    chunkSizeWarningLimit: 800,
    reportCompressedSize: false,
    rolldownOptions: {
      output: {
        codeSplitting: {
          // Small modules that most pages share are not files of their own: half as many requests.
          // Those that read YAML are one that the first page does without.
          groups: [
            { name: 'yaml', test: /[\\/]node_modules[\\/]yaml[\\/]/ },
            { name: 'icons', test: /[\\/]@tabler[\\/]icons-react[\\/]/ },
            { name: 'shared', test: /[\\/]node_modules[\\/]/, minShareCount: 4, maxModuleSize: 6000 },
          ],
        },
      },
    },
  },
  test: {
    projects: [
      {
        extends: true,
        test: { name: 'unit', environment: 'happy-dom', pool: 'threads', include: ['src/**/*.test.{ts,tsx}'] },
      },
      {
        extends: true,
        test: { name: 'speed', environment: 'node', include: ['src/**/*.speed.ts'] },
      },
      {
        extends: true,
        test: {
          name: 'browser',
          environment: 'node',
          include: ['test/**/*.test.ts'],
          fileParallelism: false,
          // All of these are there against hanging, however slow the machine.
          testTimeout: 300_000,
          hookTimeout: 300_000,
          expect: { poll: { timeout: 60_000 } },
        },
      },
    ],
  },
});
