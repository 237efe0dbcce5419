import path from 'node:path';
import { defineConfig } from 'vitest/config';
// @ts-expect-error a build script without types
import { compileGrammar } from '../esbuild.config.mjs';
// @ts-expect-error a build script without types
import { kernelBinariesOfVite } from '../src/core/kernels/assembly/compile.mjs';

export default defineConfig({
  root: path.resolve(import.meta.dirname, '..'),
  plugins: [
    {
      name: 'peggy',
      transform: (code: string, id: string) => (id.endsWith('.peggy') ? { code: compileGrammar(code, path.basename(id)), map: null } : null),
    },
    kernelBinariesOfVite,
  ],
  test: {
    testTimeout: 30_000,
    projects: [
      { extends: true, test: { name: 'unit', include: ['test/unit/**/*.test.ts', 'test/parity/**/*.test.ts'], environment: 'node' } },
      { extends: true, test: { name: 'webview', include: ['test/webview/**/*.test.ts'], environment: 'happy-dom' } },
    ],
  },
});
