import type { Functions, Memory } from '../machine/instance.ts'

/**
 * A pool of worker threads that run the parts of a kernel. The main thread posts a job in a small block of shared
 * memory; workers and the main thread take the next free part until none is left, so a job finishes with any number of
 * workers, even 0.
 */

/** The part of `node:worker_threads` that is used here. */
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

/** Indices in the shared block. */
const [WORD, PROGRAM, JOB, DONE, ASLEEP, LENGTH] = [0, 1, 2, 3, 4, 5]

/**
 * The atomic word of a job: the number of parts, and in its low byte the number taken. Who takes a part reads only then of
 * which job it is, and no job ends before its taken parts have; so a word read in an earlier job does no harm.
 */
const wordOf = (parts: number): number => parts << 8

/** The most threads, and so parts of a job. */
export const MAX_THREADS = 64

/** How often an idle worker polls for a job before it sleeps. */
const IDLE_SPINS = 20_000

/**
 * The source of a worker. It takes parts of the current job; a program that it does not know yet is in its message
 * queue. Parts of parallel kernels never call host functions.
 */
const workerSource = `
const { parentPort, receiveMessageOnPort, workerData } = require('node:worker_threads')
const control = new Int32Array(workerData)
const programs = new Map()
const hostCallInWorker = () => { throw new Error('a part of a kernel called the host') }
const receive = () => {
  for (let got = receiveMessageOnPort(parentPort); got !== undefined; got = receiveMessageOnPort(parentPort)) {
    const { id, module, memory, imports, jobs } = got.message
    if (module === undefined) { programs.delete(id); continue }
    const host = Object.fromEntries(imports.map((name) => [name, hostCallInWorker]))
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
  } else if (++idle > ${IDLE_SPINS}) {
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
  readonly workers: readonly NodeWorker[]
}

// Global state, but unobservable except in time: results do not depend on the number of threads.
const pools = new Map<number, Pool>()
let programs = 0

/** A pool of `count` workers; `null` where threads are not available. */
const poolOf = (count: number): Pool | null => {
  if (typeof SharedArrayBuffer === 'undefined') return null
  const node = (globalThis as Runtime).process?.getBuiltinModule?.('node:worker_threads') as NodeWorkers | undefined
  if (node === undefined) return null
  const known = pools.get(count)
  if (known !== undefined) return known
  const control = new Int32Array(new SharedArrayBuffer(4 * LENGTH))
  const made: Pool = {
    control,
    workers: Array.from({ length: count }, () => {
      const one = new node.Worker(workerSource, { eval: true, execArgv: [], workerData: control.buffer })
      // workers do not keep the process alive
      one.unref()
      return one
    })
  }
  pools.set(count, made)
  return made
}

/** Tells workers to free a collected program. */
const releases = new FinalizationRegistry<{ readonly id: number; readonly pool: Pool }>(
  ({ id, pool: { control, workers } }) => {
    workers.forEach((one) => {
      one.postMessage({ id })
    })
    Atomics.notify(control, WORD)
  }
)

/** How often the main thread polls for the end of a job before it yields its core. */
const SPINS = 10_000

const runJob = ({ control }: Pool, id: number, job: number, parts: readonly (() => void)[]): void => {
  Atomics.store(control, PROGRAM, id)
  Atomics.store(control, JOB, job)
  Atomics.store(control, DONE, 0)
  Atomics.store(control, WORD, wordOf(parts.length))
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

/** What workers need to run the parallel kernels of a program. */
export interface ParallelProgram {
  readonly module: object
  readonly memory: Memory
  readonly imports: readonly string[]
  readonly jobs: readonly (readonly string[])[]
}

/** Whether a pool for that number of threads is available. */
export const canShare = (threads: number): boolean => threads > 1 && poolOf(threads - 1) !== null

/** Sends a program to the workers, and gives the function that runs one of its jobs. */
export const inParallel = (shared: ParallelProgram, threads: number, functions: Functions): ((job: number) => void) => {
  const own = poolOf(threads - 1)!
  const id = programs++
  own.workers.forEach((one) => {
    one.postMessage({ id, ...shared })
  })
  // an instance keeps its memory alive, so the program is unused once the memory is collected
  releases.register(shared.memory, { id, pool: own })
  const parts = shared.jobs.map((names) => names.map((name) => functions[name]!))
  return (job) => {
    runJob(own, id, job, parts[job]!)
  }
}
