/**
 * Other libraries on the same workloads: each a script that reads the streams of numbers from files and prints a line of JSON
 * for each figure. Those from npm are installed in a folder of their own; those for Python must be there.
 */
import { execFileSync, spawnSync } from 'node:child_process'
import { existsSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { delimiter, join, resolve } from 'node:path'
import { normal, streams, uniform } from '../inputs.ts'

interface Peer {
  readonly workloads: readonly string[]
  /** Where it cannot run, the reason. */
  readonly missing: () => string | null
  readonly command: (script: string) => readonly [string, ...string[]]
  readonly script: string
}

const cache = resolve('node_modules/.cache/grad-ts-bench')

/** Installs what a script imports, once, beside a copy of it. */
const installed = (name: string, packages: readonly string[]): string | null => {
  const folder = join(cache, name)
  if (existsSync(join(folder, 'node_modules'))) return null
  mkdirSync(folder, { recursive: true })
  writeFileSync(join(folder, 'package.json'), '{"private":true,"type":"module"}\n')
  const run = spawnSync('npm', ['install', '--no-audit', '--no-fund', '--loglevel=error', ...packages], {
    cwd: folder,
    encoding: 'utf8'
  })
  return run.status === 0 ? null : `npm could not install ${packages.join(' ')}: ${run.stderr.trim()}`
}

const fromNpm = (name: string, packages: readonly string[], workloads: readonly string[]): Peer => ({
  workloads,
  missing: () => installed(name, packages),
  script: `${name}.mjs`,
  command: (script) => {
    // imports are looked up from where a module lies
    for (const file of [script, 'harness.mjs'])
      writeFileSync(join(cache, name, file), readFileSync(join('test/bench/peers', file)))
    return [process.execPath, join(cache, name, script)]
  }
})

/** All in the path: Debian's has Debian's packages, and another one may come first. */
const pythons = (process.env['PATH'] ?? '')
  .split(delimiter)
  .map((folder) => join(folder, 'python3'))
  .filter(existsSync)

const fromPython = (script: string, imports: string, packages: string, workloads: readonly string[]): Peer => {
  const found = pythons.find((python) => spawnSync(python, ['-c', `import ${imports}`]).status === 0)
  return {
    workloads,
    missing: () => (found === undefined ? `no Python that can import ${imports}; on Debian: ${packages}` : null),
    script,
    command: (name) => [found!, '-B', join('test/bench/peers', name)]
  }
}

const all = (): readonly Peer[] => [
  fromPython('lesson.py', 'numpy', 'python3-numpy libopenblas0-pthread', ['W1', 'W2', 'W5']),
  fromPython('operations.py', 'numpy', 'python3-numpy', ['operations']),
  fromPython('pytorch.py', 'numpy, torch', 'python3-torch', ['W7', 'W8', 'W9']),
  fromNpm('jax', ['@jax-js/jax@0.1.25'], ['W1', 'W3', 'W4', 'W7']),
  fromNpm('tensorflow', ['@tensorflow/tfjs@4.22.0', '@tensorflow/tfjs-backend-wasm@4.22.0'], ['W6'])
]

const little = (values: Float64Array): Uint8Array => new Uint8Array(values.buffer, values.byteOffset, values.byteLength)

/** One thread each; and the libraries below NumPy and PyTorch know less of processors than there is. */
const environment = (): NodeJS.ProcessEnv => {
  const wide = existsSync('/proc/cpuinfo') && readFileSync('/proc/cpuinfo', 'utf8').includes('avx512f')
  return {
    ...process.env,
    OPENBLAS_NUM_THREADS: '1',
    OMP_NUM_THREADS: '1',
    ...(wide ? { OPENBLAS_CORETYPE: 'SkylakeX', ATEN_CPU_CAPABILITY: 'avx512' } : {})
  }
}

/** The other libraries: what they print on a workload, and the end of their files. */
export const peers = (warn: (line: string) => void) => {
  const folder = mkdtempSync(join(tmpdir(), 'grad-ts-bench-'))
  for (const [kind, make] of Object.entries({ uniform, normal }))
    for (const [seed, count] of Object.entries(streams[kind as keyof typeof streams]))
      writeFileSync(join(folder, `${kind}-${seed}`), little(make(Number(seed), count)))
  const env = environment()
  const reasons = new Map<Peer, string | null>()
  const reasonOf = (peer: Peer): string | null => {
    if (!reasons.has(peer)) {
      const reason = peer.missing()
      if (reason !== null) warn(`left out: ${reason}`)
      reasons.set(peer, reason)
    }
    return reasons.get(peer)!
  }
  const those = all()
  return {
    measure: (workload: string): readonly string[] =>
      those
        .filter((peer) => peer.workloads.includes(workload) && reasonOf(peer) === null)
        .map((peer) => {
          const [command, ...args] = peer.command(peer.script)
          return execFileSync(command, [...args, workload, folder, resolve('test/bench/spiral.json')], {
            encoding: 'utf8',
            env,
            stdio: ['ignore', 'pipe', 'inherit']
          })
        }),
    close: (): void => {
      rmSync(folder, { recursive: true, force: true })
    }
  }
}
