// Builds dist: for `import`, one file per module; for `require`, a few chunks shared by the entries; both without comments; and the
// declarations that the entries reach, with all comments.
import { execFileSync } from 'node:child_process'
import { existsSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { createRequire } from 'node:module'
import { dirname, join, resolve } from 'node:path'
import { fileURLToPath } from 'node:url'
import { build } from 'vite'

const root = dirname(dirname(fileURLToPath(import.meta.url)))
process.chdir(root)
const entries = {
  index: 'src/index',
  codec: 'src/codec/index',
  laws: 'laws/index',
  report: 'src/report/index',
  terminal: 'src/terminal/index'
}

rmSync('dist', { recursive: true, force: true })

// keep function names: layers and laws use them
const keepNames = { function: true, class: true }
await build({
  configFile: false,
  logLevel: 'warn',
  root,
  build: {
    outDir: 'dist',
    target: 'es2022',
    minify: false,
    lib: {
      entry: Object.fromEntries(Object.entries(entries).map(([name, path]) => [name, `${path}.ts`]))
    },
    rolldownOptions: {
      external: (id) => !id.startsWith('.') && !id.startsWith('/'),
      output: ['es', 'cjs'].map((format) => {
        const ending = { es: 'mjs', cjs: 'cjs' }[format]
        return {
          format,
          // one file per module lets bundlers drop unused ones; Node loads a few files faster
          ...(format === 'es' ? { preserveModules: true, preserveModulesRoot: root } : {}),
          entryFileNames: `[name].${ending}`,
          chunkFileNames: `shared/[name]-[hash].${ending}`,
          keepNames: true,
          minify: { mangle: { keepNames }, compress: { keepNames }, codegen: { removeWhitespace: true } }
        }
      })
    }
  }
})

const tsc = createRequire(import.meta.url).resolve('typescript/bin/tsc')
execFileSync(process.execPath, [tsc, '-p', 'scripts/tsconfig.build.json'], { stdio: 'inherit' })

// remove declarations that no entry reaches
const reached = new Set()
const follow = (file) => {
  if (reached.has(file)) return
  reached.add(file)
  for (const [, path] of readFileSync(file, 'utf8').matchAll(/(?:from |import\()['"](\.[^'"]+)['"]/g))
    follow(resolve(dirname(file), path.replace(/\.ts$/, '.d.ts')))
}
for (const path of Object.values(entries)) follow(resolve('dist/types', `${path}.d.ts`))
for (const { name, parentPath } of readdirSync('dist/types', { recursive: true, withFileTypes: true })) {
  const file = resolve(parentPath, name)
  if (name.endsWith('.d.ts') && !reached.has(file)) rmSync(file)
}

// `import` and `require` share the declarations, so that types are identical both ways
for (const [name, path] of Object.entries(entries))
  writeFileSync(join('dist', `${name}.d.mts`), `export * from './types/${path}.js'\n`)
for (const name of Object.keys(entries))
  for (const ending of ['mjs', 'cjs', 'd.mts'])
    if (!existsSync(`dist/${name}.${ending}`)) throw new Error(`dist/${name}.${ending} was not built`)
