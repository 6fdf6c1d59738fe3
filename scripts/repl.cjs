// `npm run repl`: ts-node's own REPL with the library already imported. `npm run repl -- --fast` skips type checking.
// Plain CommonJS on purpose: run *through* ts-node, a second register() would compile the sources twice.
const { createRequire } = require('node:module')
const { dirname, join } = require('node:path')
const { createRepl, register } = require('ts-node')

// relative imports typed at the prompt, and tsconfig.json, are those of the package root
const root = dirname(__dirname)
process.chdir(root)

const repl = createRepl()
const transpileOnly = process.argv.includes('--fast')
repl.setService(register({ ...repl.evalAwarePartialHost, ...(transpileOnly ? { transpileOnly } : {}) }))
// what code evaluated before start() needs
Object.assign(globalThis, { exports, module, require: createRequire(join(root, 'repl.ts')) })

// the names that exist at run time: functions, constants and namespaces. Types are reached as `ad.Tensor`.
const names = Object.keys(require('../src/index.ts'))
const helpers = ['pipe', 'flow'].filter((name) => !names.includes(name))
repl.evalCode(
  [
    "import * as ad from './src/index.ts'",
    `import { ${names.join(', ')} } from './src/index.ts'`,
    ...(helpers.length > 0 ? [`import { ${helpers.join(', ')} } from 'fp-ts/function'`] : []),
    ''
  ].join('\n')
)
console.log(`${[...names, ...helpers].join(' ')}\nall of it as ad.*   .type NAME shows a type   .exit leaves`)
repl.start()
