// Plants small mistakes into the sources, one at a time, and sees whether a test goes red:
// `npm run mutate -- --sample 200 --seed 7 --only src/primitive`. See CONTRIBUTING.md, Mutation.
import { fork, spawnSync } from 'node:child_process'
import {
  cpSync,
  existsSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  statSync,
  symlinkSync,
  writeFileSync
} from 'node:fs'
import { availableParallelism, tmpdir } from 'node:os'
import { dirname, join } from 'node:path'
import { clearTimeout, setTimeout } from 'node:timers'
import { fileURLToPath } from 'node:url'
import { parseArgs } from 'node:util'
import { refusals } from './mutate/compiler.mjs'
import { idleness, wholeNumber } from './mutate/demands.mjs'
import { entryOf, isKnown, mutantsOf, planted, show, shuffled } from './mutate/mutants.mjs'
import { importsOf, reachOf, testsFor } from './mutate/order.mjs'

const root = fileURLToPath(new URL('..', import.meta.url))
const folders = ['primitive', 'transform', 'tape', 'ops', 'optim', 'train', 'random', 'compile', 'machine']
  .map((name) => `src/${name}`)
  .concat('laws')

const { values: options } = parseArgs({
  options: {
    only: { type: 'string', multiple: true, default: folders },
    sample: { type: 'string', default: '100' },
    seed: { type: 'string', default: String(Date.now() % 100_000) },
    workers: { type: 'string', default: String(availableParallelism()) },
    // seconds of tests that a mutant has to survive, by how long they took last
    budget: { type: 'string', default: '60' },
    match: { type: 'string', default: '' },
    list: { type: 'boolean', default: false },
    known: { type: 'boolean', default: false },
    // the file that the survivors are written to, and one of them to try again, with another budget
    out: { type: 'string', default: '' },
    again: { type: 'string', default: '' }
  }
})
const [sample, seed, budget] = ['sample', 'seed', 'budget'].map((name) => wholeNumber(name, options[name], 0))
const workers = wholeNumber('workers', options.workers, 1)

const read = (path) => readFileSync(join(root, path), 'utf8')
const listed = spawnSync('git', ['ls-files', '--cached', '--others', '--exclude-standard'], {
  cwd: root,
  encoding: 'utf8'
})
if (listed.status !== 0) throw new Error(`mutate: git ls-files fails: ${listed.stderr}`)
const files = listed.stdout.split('\n').filter((path) => path !== '' && existsSync(join(root, path)))

// the mutants
const isWithin = (path, folder) => path === folder || path.startsWith(`${folder.replace(/\/$/, '')}/`)
const sources = files.filter((path) => path.endsWith('.ts') && options.only.some((folder) => isWithin(path, folder)))
if (sources.length === 0) throw new Error(`mutate: no source file is in ${options.only.join(', ')}`)
const known = JSON.parse(read('test/mutants.json'))
const again = options.again === '' ? null : JSON.parse(readFileSync(options.again, 'utf8'))
const all = sources.flatMap((path) => mutantsOf(path, read(path)))
const stale = known.filter((entry) => sources.includes(entry.file) && !all.some((mutant) => isKnown(entry, mutant)))
const wanted = all
  .filter((mutant) => known.some((entry) => isKnown(entry, mutant)) === options.known)
  .filter((mutant) => show(mutant).includes(options.match))
  .filter((mutant) => again === null || again.some((entry) => isKnown(entry, mutant)))
const mutants = shuffled(wanted, seed).slice(0, sample === 0 ? Infinity : sample)
console.log(
  `${mutants.length} of ${wanted.length} mutants of ${sources.length} files, seed ${seed}` +
    (options.known ? ', all of them listed as equivalent' : '')
)
if (options.list) for (const mutant of mutants) console.log(show(mutant))

// the tests, by the graph of modules and by the times that vitest keeps
const alias = { 'grad-ts': 'src/index.ts', 'grad-ts/laws': 'laws/index.ts' }
for (const name of ['codec', 'report', 'terminal']) alias[`grad-ts/${name}`] = `src/${name}/index.ts`
const modules = files.filter((path) => /^(src|laws|test|examples)\/.*\.ts$/.test(path))
const graph = new Map(modules.map((path) => [path, importsOf(path, read(path), alias)]))
const reach = reachOf(
  graph,
  // these start other programs, which a copy without its own packages would run for minutes
  modules.filter((path) => path.endsWith('.test.ts') && !/^test\/(docs|types|repl|examples)\b/.test(path))
)
/** Tests that replace modules, which those that run in the same thread would have loaded already. */
const alone = new Set([...reach.keys()].filter((test) => /\bvi\.(mock|doMock|resetModules)\(/.test(read(test))))
/** How long each test took, by the files that vitest keeps, one for each name of a project; the newest counts. */
const durations = () => {
  const cache = join(root, 'node_modules/.vite/vitest')
  const kept = (existsSync(cache) ? readdirSync(cache) : []).map((name) => join(cache, name, 'results.json'))
  return new Map(
    kept
      .filter((path) => existsSync(path))
      .sort((a, b) => statSync(a).mtimeMs - statSync(b).mtimeMs)
      .flatMap((path) => JSON.parse(readFileSync(path, 'utf8')).results)
      // 'name of the project:test/a.test.ts'
      .map(([key, { duration }]) => [key.slice(key.indexOf(':') + 1), duration])
  )
}
const recorded = durations()
// a test that has not run here yet is taken for a usual one
const secondsOf = (test) => (recorded.get(test) ?? 2000) / 1000

// the copies of the project, in each of which one vitest waits
const scratch = mkdtempSync(join(tmpdir(), 'mutate-'))
const children = new Set()
const end = (child) => {
  children.delete(child)
  try {
    // with the processes that its tests have started
    process.kill(-child.pid, 'SIGKILL')
  } catch (error) {
    if (error.code !== 'ESRCH') throw error
  }
}
const leave = () => {
  for (const child of children) end(child)
  rmSync(scratch, { recursive: true, force: true, maxRetries: 5 })
}
process.on('exit', leave)
for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP']) process.on(signal, () => process.exit(130))

const copyTo = (name) => {
  const target = join(scratch, name)
  for (const path of files) {
    mkdirSync(dirname(join(target, path)), { recursive: true })
    cpSync(join(root, path), join(target, path))
  }
  symlinkSync(join(root, 'node_modules'), join(target, 'node_modules'))
  return target
}

/** The next message of a kind; nothing when the process ends, or says nothing at all for too long. */
const answer = (child, isAnswer, limitOf) =>
  new Promise((resolve) => {
    const state = { timer: undefined, running: '' }
    const finish = (value) => {
      clearTimeout(state.timer)
      child.off('message', hear)
      child.off('exit', gone)
      resolve({ running: state.running, ...value })
    }
    const wait = () => {
      clearTimeout(state.timer)
      state.timer = setTimeout(() => finish({ late: true }), limitOf(state.running))
    }
    const hear = (message) => {
      if (isAnswer(message)) finish(message)
      else {
        state.running = message.running
        wait()
      }
    }
    const gone = () => finish({ gone: true })
    wait()
    child.on('message', hear)
    child.on('exit', gone)
  })

const start = async (cwd) => {
  const child = fork(join(root, 'scripts/mutate/worker.mjs'), [], {
    cwd,
    detached: true,
    stdio: ['ignore', 'ignore', 'pipe', 'ipc']
  })
  children.add(child)
  const errors = []
  child.stderr.on('data', (data) => errors.push(data))
  const { ready } = await answer(
    child,
    (message) => message.ready,
    () => 120_000
  )
  if (ready !== true) throw new Error(`mutate: vitest does not start: ${errors.join('')}`)
  return child
}

const kills = new Map()
const green = new Map()

const worker = async (name, waiting, results) => {
  const cwd = copyTo(name)
  const state = { child: await start(cwd), dirty: null }
  const send = async (file, text, tests) => {
    const got = answer(
      state.child,
      (message) => 'red' in message,
      // an endless loop, on a machine that may be ten times slower or busier
      (test) => 30_000 + 10_000 * secondsOf(test)
    )
    state.child.send({ file, text, tests })
    const { red, late, gone, running } = await got
    if (!late && !gone) return { test: red, outcome: red === null ? 'survived' : 'killed' }
    end(state.child)
    state.child = await start(cwd)
    return { test: running, outcome: late ? 'timed out' : 'killed' }
  }
  /** Whether a test passes on the sources as they are; one that does not, kills nothing. */
  const isGreen = async (test, { file }) => {
    if (!green.has(test)) {
      const { outcome } = await send(file, read(file), [test])
      green.set(test, outcome === 'survived')
      if (!green.get(test)) console.log(`left out, as it fails without a mutant: ${test}`)
    }
    return green.get(test)
  }
  const judge = async (mutant) => {
    const { file } = mutant
    const folder = dirname(file)
    const near = testsFor({
      file,
      reach,
      seconds: secondsOf,
      kills: (test) => kills.get(`${folder} ${test}`) ?? 0,
      budget
    })
    /** The first of some tests: as many as may be, but one that replaces modules alone. */
    const together = (tests, size) => {
      const end = tests.slice(0, size).findIndex((test) => alone.has(test))
      return tests.slice(0, end < 0 ? size : Math.max(end, 1))
    }
    // few at first: most mutants are killed at once, and vitest reads all files that it is given
    const tryFrom = async (tests, size) => {
      const left = tests.filter((test) => green.get(test) !== false)
      if (left.length === 0) return { mutant, outcome: 'survived', tests: near.length }
      const next = together(left, size)
      const { test, outcome } = await send(file, planted(read(file), mutant), next)
      if (outcome === 'survived') return tryFrom(left.slice(next.length), 2 * size)
      if (!(await isGreen(test, mutant))) return tryFrom(left.slice(Math.max(left.indexOf(test), 0) + 1), size)
      kills.set(`${folder} ${test}`, (kills.get(`${folder} ${test}`) ?? 0) + 1)
      return { mutant, outcome, test }
    }
    return tryFrom(near, 3)
  }
  for (let mutant = waiting.shift(); mutant !== undefined; mutant = waiting.shift()) {
    const { file, line, before, after } = mutant
    const started = Date.now()
    // a mutant of another file must not stay in the copy
    if (state.dirty !== null && state.dirty !== file) await send(state.dirty, read(state.dirty), [])
    state.dirty = file
    const result = await judge(mutant)
    results.push(result)
    const seconds = ((Date.now() - started) / 1000).toFixed(1)
    console.log(
      `${results.length}/${mutants.length} ${result.outcome} ${seconds} s ${file}:${line} ` +
        `${before.replace(/\s+/g, ' ').slice(0, 40)} -> ${after.replace(/\s+/g, ' ').slice(0, 40)} ` +
        (result.test ?? `${result.tests} test files`)
    )
  }
  end(state.child)
}

const results = []
if (!options.list) {
  const waiting = [...mutants]
  const count = Math.min(workers, mutants.length)
  await Promise.all(Array.from({ length: count }, (_, i) => worker(`copy${i}`, waiting, results)))
}

// a survivor that does not compile is killed too: `npm test` checks the types
const refused = refusals(
  root,
  results.filter(({ outcome }) => outcome === 'survived').map(({ mutant }) => mutant)
)
const judged = results.map((each) => (refused.has(each.mutant) ? { ...each, outcome: 'does not compile' } : each))

// the report
const outcomes = ['killed', 'timed out', 'does not compile', 'survived']
const countOf = (list, outcome) => list.filter((each) => each.outcome === outcome).length
const groupOf = (path) =>
  path
    .split('/')
    .slice(0, path.startsWith('src/') ? 2 : 1)
    .join('/')
const groups = [...new Set(judged.map(({ mutant }) => groupOf(mutant.file)))].sort()
const row = (name, list) => {
  const counts = outcomes.map((outcome) => countOf(list, outcome))
  const score = (100 * (list.length - counts.at(-1))) / list.length
  return [name.padEnd(16), ...counts.map((n, i) => String(n).padStart(outcomes[i].length)), score.toFixed(1)].join('  ')
}
const survivors = judged.filter(({ outcome }) => outcome === 'survived')
if (judged.length > 0) {
  for (const { mutant, tests } of survivors) console.log(`\nsurvived ${tests} test files: ${show(mutant)}`)
  const entries = survivors.map(({ mutant }) => entryOf(mutant))
  if (options.out !== '') writeFileSync(options.out, `${JSON.stringify(entries, null, 2)}\n`)
  console.log(`\n${['folder'.padEnd(16), ...outcomes, '% killed'].join('  ')}`)
  for (const group of groups) console.log(row(group, judged.filter(({ mutant }) => groupOf(mutant.file) === group))) // prettier-ignore
  if (groups.length > 1) console.log(row('all', judged))
  console.log(`seed ${seed}, sample ${judged.length}, budget ${budget} s a mutant`)
}
for (const { file, source, before, after } of stale)
  console.log(`stale in test/mutants.json, nothing is like it any more: ${file}  ${source}  ${before} -> ${after}`)
const surprising = options.known ? judged.filter(({ outcome }) => outcome !== 'survived') : []
for (const { mutant } of surprising) console.log(`listed as equivalent, and killed: ${show(mutant)}`)
const idle = idleness({ list: options.list, judged })
if (idle !== null) console.error(idle)
const isSound = stale.length === 0 && surprising.length === 0 && (options.known || survivors.length === 0)
process.exitCode = idle === null && isSound ? 0 : 1
