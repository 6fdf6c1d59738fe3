// dist/cjs and dist/esm with tsc alone; each folder says what its .js files are.
import { execFileSync } from 'node:child_process'
import { rmSync, writeFileSync } from 'node:fs'
import { createRequire } from 'node:module'
import { dirname } from 'node:path'
import { fileURLToPath } from 'node:url'

process.chdir(dirname(dirname(fileURLToPath(import.meta.url))))
const tsc = createRequire(import.meta.url).resolve('typescript/bin/tsc')

rmSync('dist', { recursive: true, force: true })
for (const [kind, type] of [
  ['cjs', 'commonjs'],
  ['esm', 'module']
]) {
  execFileSync(process.execPath, [tsc, '-p', `scripts/tsconfig.${kind}.json`], { stdio: 'inherit' })
  writeFileSync(`dist/${kind}/package.json`, `${JSON.stringify({ type, sideEffects: false })}\n`)
}
