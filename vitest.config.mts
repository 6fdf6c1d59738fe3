import { readdirSync, readFileSync } from 'node:fs'
import { fileURLToPath } from 'node:url'
import { defineConfig } from 'vitest/config'

const here = (path: string): string => fileURLToPath(new URL(path, import.meta.url))

/** Tests that replace modules of the library or load it anew, which others must not meet. */
const replacing = readdirSync(here('./test'), { recursive: true, encoding: 'utf8' })
  .map((path) => `test/${path.replaceAll('\\', '/')}`)
  .filter((path) => path.endsWith('.test.ts'))
  .filter((path) => /vi\.(mock|doMock|resetModules|stubGlobal)\(/.test(readFileSync(here(path), 'utf8')))

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
    // the slowest takes a minute; one that hangs is told all the same, on a machine ten times slower or busier too
    testTimeout: 600_000,
    hookTimeout: 600_000,
    pool: 'threads',
    maxWorkers: 2,
    // loading the library takes half of the time of most files: they share it
    projects: [
      { extends: true, test: { name: 'shared', include: ['test/**/*.test.ts'], exclude: replacing, isolate: false } },
      { extends: true, test: { name: 'alone', include: replacing } }
    ],
    coverage: { provider: 'v8', include: ['src/**/*.ts', 'laws/**/*.ts'], reporter: ['text', 'lcov'] }
  }
})
