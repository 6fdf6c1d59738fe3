import { fileURLToPath } from 'node:url'
import { defineConfig } from 'vitest/config'

const here = (path: string): string => fileURLToPath(new URL(path, import.meta.url))

export default defineConfig({
  resolve: {
    // the same names as "paths" in tsconfig.json
    alias: [
      { find: /^grad-ts$/, replacement: here('./src/index.ts') },
      { find: /^grad-ts\/codec$/, replacement: here('./src/codec/index.ts') },
      { find: /^grad-ts\/laws$/, replacement: here('./laws/index.ts') },
      { find: /^grad-ts\/report$/, replacement: here('./src/report/index.ts') },
      { find: /^grad-ts\/terminal$/, replacement: here('./src/terminal/index.ts') }
    ]
  },
  test: {
    include: ['test/**/*.test.ts'],
    // the slowest takes a minute; one that hangs is told all the same, on a machine ten times slower or busier too
    testTimeout: 600_000,
    hookTimeout: 600_000,
    pool: 'threads',
    maxWorkers: 2,
    coverage: { provider: 'v8', include: ['src/**/*.ts', 'laws/**/*.ts'], reporter: ['text', 'lcov'] }
  }
})
