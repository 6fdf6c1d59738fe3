import type { Functions, Memory } from '../machine/instance.ts'

/**
 * Threads that share the parts of a kernel. All wait on one small block of shared memory, where the thread that runs a program
 * puts up a job in parts; each takes the next free part, and so does the thread that put the job up, so all parts are done
 * however many helpers there are, even none.
 */

/** The part of Node's interface to threads that is used here. */
interface NodeWorkers {
  readonly Worker: new (
    code: string,
    options: { readonly eval: boolean; readonly execArgv: readonly string[]; readonly workerData: unknown }
  ) => NodeWorker
}
interface NodeWorker {
  readonly postMessage: (message: unknown) => void
  readonly unref: () => void
}
interface Runtime {
  readonly process?: { readonly getBuiltinModule?: (name: string) => unknown }
}

/** Places in the shared block. */
const [WORD, PROGRAM, JOB, DONE, ASLEEP, LENGTH] = [0, 1, 2, 3, 4, 5]

/** The word of a job: a number of its own, how many parts it has, how many of them are taken; 16, 8 and 8 bits. */
const wordOf = (generation: number, parts: number): number => (generation << 16) | (parts << 8)

/** Most parts of a job. */
export const MOST_THREADS = 64

/** How often a thread looks for another job before it goes to sleep. */
const PATIENCE = 20_000

/**
 * What a helping thread runs. It takes the parts of whatever job is up; a program that it does not know is waiting among its
 * messages. Host functions are never called by the parts of kernels that are shared.
 */
const helper = `
const { parentPort, receiveMessageOnPort, workerData } = require('node:worker_threads')
const control = new Int32Array(workerData)
const programs = new Map()
const hostCallInHelper = () => { throw new Error('a part of a kernel called the host') }
const receive = () => {
  for (let got = receiveMessageOnPort(parentPort); got !== undefined; got = receiveMessageOnPort(parentPort)) {
    const { id, module, memory, imports, jobs } = got.message
    if (module === undefined) { programs.delete(id); continue }
    const host = Object.fromEntries(imports.map((name) => [name, hostCallInHelper]))
    const { exports } = new WebAssembly.Instance(module, { host: { ...host, memory } })
    programs.set(id, jobs.map((names) => names.map((name) => exports[name])))
  }
}
let idle = 0
for (;;) {
  const word = Atomics.load(control, ${WORD})
  const next = word & 255
  if (next < ((word >> 8) & 255)) {
    if (Atomics.compareExchange(control, ${WORD}, word, word + 1) === word) {
      const id = Atomics.load(control, ${PROGRAM})
      if (!programs.has(id)) receive()
      programs.get(id)[Atomics.load(control, ${JOB})][next]()
      Atomics.add(control, ${DONE}, 1)
      idle = 0
    }
  } else if (++idle > ${PATIENCE}) {
    receive()
    Atomics.add(control, ${ASLEEP}, 1)
    Atomics.wait(control, ${WORD}, word)
    Atomics.sub(control, ${ASLEEP}, 1)
    receive()
    idle = 0
  }
}
`

interface Pool {
  readonly control: Int32Array<SharedArrayBuffer>
  readonly helpers: readonly NodeWorker[]
}

// Nothing can be observed of them but time: results are the same with and without help.
const pools = new Map<number, Pool>()
let generations = 0
let programs = 0

/** A pool with that number of helpers; `null` where there can be none. */
const poolOf = (helpers: number): Pool | null => {
  if (typeof SharedArrayBuffer === 'undefined') return null
  const workers = (globalThis as Runtime).process?.getBuiltinModule?.('node:worker_threads') as NodeWorkers | undefined
  if (workers === undefined) return null
  const known = pools.get(helpers)
  if (known !== undefined) return known
  const control = new Int32Array(new SharedArrayBuffer(4 * LENGTH))
  const made: Pool = {
    control,
    helpers: Array.from({ length: helpers }, () => {
      const one = new workers.Worker(helper, { eval: true, execArgv: [], workerData: control.buffer })
      // they end with the program that they help
      one.unref()
      return one
    })
  }
  pools.set(helpers, made)
  return made
}

/** Tells helpers to free a program. */
const forget = new FinalizationRegistry<{ readonly id: number; readonly pool: Pool }>(
  ({ id, pool: { control, helpers } }) => {
    helpers.forEach((one) => {
      one.postMessage({ id })
    })
    Atomics.notify(control, WORD)
  }
)

/** Spins before a thread that waits for others gives its core away for a moment. */
const SPINS = 10_000

const runShared = ({ control }: Pool, id: number, job: number, parts: readonly (() => void)[]): void => {
  Atomics.store(control, PROGRAM, id)
  Atomics.store(control, JOB, job)
  Atomics.store(control, DONE, 0)
  generations = (generations + 1) & 0x7fff
  Atomics.store(control, WORD, wordOf(generations, parts.length))
  if (Atomics.load(control, ASLEEP) > 0) Atomics.notify(control, WORD)
  let own = 0
  for (let word = Atomics.load(control, WORD); (word & 255) < parts.length; word = Atomics.load(control, WORD))
    if (Atomics.compareExchange(control, WORD, word, word + 1) === word) {
      parts[word & 255]!()
      own++
    }
  if (own > 0) Atomics.add(control, DONE, own)
  for (let spins = 0; ; spins++) {
    const done = Atomics.load(control, DONE)
    if (done === parts.length) return
    if (spins > SPINS) Atomics.wait(control, DONE, done, 1)
  }
}

/** What is needed to run a program's kernels side by side. */
export interface Shared {
  readonly module: object
  readonly memory: Memory
  readonly imports: readonly string[]
  readonly jobs: readonly (readonly string[])[]
}

/** Whether kernels can be shared with that number of threads. */
export const canShare = (threads: number): boolean => threads > 1 && poolOf(threads - 1) !== null

/** What runs the parts of a job, each in whatever thread takes it. */
export const sideBySide = (shared: Shared, threads: number, functions: Functions): ((job: number) => void) => {
  const own = poolOf(threads - 1)!
  const id = programs++
  own.helpers.forEach((one) => {
    one.postMessage({ id, ...shared })
  })
  // an instance holds its memory, and so does whatever runs it
  forget.register(shared.memory, { id, pool: own })
  const parts = shared.jobs.map((names) => names.map((name) => functions[name]!))
  return (job) => {
    runShared(own, id, job, parts[job]!)
  }
}
