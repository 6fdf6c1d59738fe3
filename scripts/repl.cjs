// `npm run repl`: ts-node's own REPL with the library already imported. `npm run repl -- --fast` skips type checking.
// Plain CommonJS on purpose: run *through* ts-node, a second register() would compile the sources twice.
const { createRequire } = require('node:module')
const { dirname, join, sep } = require('node:path')
const { Recoverable, writer } = require('node:repl')
const { createRepl, register } = require('ts-node')

// relative imports typed at the prompt, and tsconfig.json, are those of the package root
const root = dirname(__dirname)
process.chdir(root)

const repl = createRepl()
const transpileOnly = process.argv.includes('--fast')
repl.setService(register({ ...repl.evalAwarePartialHost, ...(transpileOnly ? { transpileOnly } : {}) }))
// what code evaluated before start() needs
Object.assign(globalThis, { exports, module, require: createRequire(join(root, 'repl.ts')) })

const library = require('../src/index.ts')
const names = Object.keys(library)
const types = ['Mat', 'Params', 'Scalar', 'Shape', 'Tensor', 'Vec']
const helpers = ['flow', 'pipe']

repl.evalCode(
  [
    "import * as ad from './src/index.ts'",
    `import { ${names.join(', ')} } from './src/index.ts'`,
    `import type { ${types.join(', ')} } from './src/index.ts'`,
    "import * as codec from './src/codec/index.ts'",
    "import * as laws from './laws/index.ts'",
    "import * as report from './src/report/index.ts'",
    "import * as terminal from './src/terminal/index.ts'",
    "import * as E from 'fp-ts/Either'",
    `import { ${helpers.join(', ')} } from 'fp-ts/function'`,
    // `right` unwraps an Either at the prompt, or throws its error
    `const right = <L, A>(result: E.Either<L, A>): A => {
       if (E.isRight(result)) return result.right
       const left: any = result.left
       throw new Error(
         Array.isArray(left) ? codec.showFaults(left) : typeof left?._tag === 'string' ? train.showError(left) : String(left)
       )
     }`,
    ''
  ].join('\n')
)

/** The exported names of a namespace, in alphabetical order. */
const namesIn = (...files) =>
  files
    .flatMap((file) => Object.keys(require(`../src/${file}.ts`)))
    .filter((name) => names.includes(name))
    .sort()
const isRoom = (name) =>
  Object.prototype.toString.call(library[name]) === '[object Module]' ||
  /^(check|data|nn|optim|params|random|train)$/.test(name)
const rooms = [...names.filter(isRoom), 'codec', 'laws', 'report', 'terminal'].sort()
const groups = [
  ['tensors', namesIn('tensor/construct', 'tensor/read', 'tensor/tensor')],
  ['operations', namesIn('ops/index')],
  ['derivatives', namesIn('transform/grad', 'transform/jacobian', 'transform/vmap', 'transform/scan')],
  ['programs', namesIn('compile/index')],
  ['tapes', namesIn('transform/trace', 'tape/tape', 'tape/vocabulary', 'primitive/table')],
  ['rooms (nn. and Tab lists one)', rooms],
  ['types', types],
  ['beside', ['ad', 'E', 'right', ...helpers]]
]
const listed = new Set(groups.flatMap(([, group]) => group))
const rest = names.filter((name) => !listed.has(name)).sort()
const shown = rest.length === 0 ? groups : [...groups.slice(0, -3), ['more', rest], ...groups.slice(-3)]

/** Words on lines of a width, indented after the title. */
const wrapped = (title, words) => {
  const width = Math.min(process.stdout.columns || 100, 120)
  const lines = words.reduce(
    (done, word) => {
      const last = done[done.length - 1]
      return last.length + word.length + 1 > width
        ? [...done, `    ${word}`]
        : [...done.slice(0, -1), `${last} ${word}`]
    },
    [`${title}:`]
  )
  return lines.join('\n')
}

/** Text of several lines, such as a table or a tape, as it is; everything else as Node prints it. */
const write = (value) => (typeof value === 'string' && value.includes('\n') ? value : writer(value))

/** An error by its name and message, and the lines of the user's own files: none of the library's, nor of Node's. */
const tidied = (error) => {
  if (!(error instanceof Error) || error instanceof Recoverable) return error
  const head = `${error.name}: ${error.message}`
  const inside = [
    `${root}${sep}src${sep}`,
    `${root}${sep}laws${sep}`,
    `${sep}node_modules${sep}`,
    'node:',
    '<repl>',
    '<anonymous>',
    join(root, 'scripts')
  ]
  const frames = (error.stack ?? '')
    .split('\n')
    .filter((line) => /^\s+at /.test(line) && !inside.some((part) => line.includes(part)))
  // a copy: Node prints the line that threw before the error it was thrown from
  return Object.assign(Object.create(Object.getPrototypeOf(error)), error, {
    name: error.name,
    message: error.message,
    stack: [head, ...frames].join('\n')
  })
}

console.log(
  [
    ...shown.map(([title, words]) => wrapped(title, words)),
    '',
    'What can fail gives an Either: right(train.fit(problem, settings)(data)(state)) is the state, or says why there is none.',
    '.type NAME shows a type   Tab completes   .exit leaves'
  ].join('\n')
)
/** Evaluates in silence: Node's completer tries half a name, of which the compiler would print that it does not exist. */
const tried = (code, context, file, done) => {
  const { error: print } = console
  console.error = () => undefined
  try {
    repl.nodeEval(code, context, file, done)
  } finally {
    console.error = print
  }
}
const server = repl.startInternal({
  writer: write,
  eval: (code, context, file, done) =>
    /^try \{ .* \} catch \{\}\s*$/.test(code)
      ? tried(code, context, file, done)
      : repl.nodeEval(code, context, file, (error, value) => {
          done(error === null || error === undefined ? null : tidied(error), value)
        })
})

// imported names are not globals, so Node's completer does not find them
const known = [...names, ...rooms, ...helpers, 'ad', 'E', 'right'].filter((name, i, all) => all.indexOf(name) === i)
const complete = server.completer
server.completer = (line, done) => {
  complete.call(server, line, (error, [found, on] = [[], line]) => {
    const [word] = /(?<![\w$.])[A-Za-z_$][\w$]*$/.exec(line) ?? []
    const own = word === undefined ? [] : known.filter((name) => name.startsWith(word) && !found.includes(name)).sort()
    done(error, own.length === 0 ? [found, on] : [[...own, ...(found.length > 0 ? ['', ...found] : [])], word])
  })
}
