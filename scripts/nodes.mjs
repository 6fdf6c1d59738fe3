// Runs the tests on other versions of Node, which npm's package `node` brings: `npm run test:nodes`, or
// `npm run test:nodes -- 22 24 -- test/data` for some versions and some tests.
import { spawnSync } from 'node:child_process'
import { existsSync, mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { delimiter, join } from 'node:path'

const all = ['20', '22', '24', '26']
const separator = process.argv.indexOf('--', 2)
const given = process.argv.slice(2, separator < 0 ? undefined : separator)
const tests = separator < 0 ? [] : process.argv.slice(separator + 1)
const wrong = given.filter((version) => !/^\d+(\.\d+){0,2}$/.test(version))
if (wrong.length > 0) throw new Error(`versions of Node are numbers such as ${all.join(', ')}; got ${wrong.join(', ')}`)

const folder = mkdtempSync(join(tmpdir(), 'grad-ts-nodes-'))

/** Installs a version of Node, and gives the folder of its program. */
const installed = (version) => {
  const prefix = join(folder, version)
  const install = spawnSync('npm', ['install', '--silent', '--no-save', '--prefix', prefix, `node@${version}`], {
    stdio: 'inherit'
  })
  const bin = join(prefix, 'node_modules', 'node', 'bin')
  if (install.status !== 0 || !existsSync(bin)) throw new Error(`Node ${version} could not be installed by npm`)
  return bin
}

/** Whether the tests pass on a version of Node. */
const tested = (version) => {
  const bin = installed(version)
  const node = join(bin, process.platform === 'win32' ? 'node.exe' : 'node')
  const env = { ...process.env, PATH: `${bin}${delimiter}${process.env.PATH}` }
  const { stdout } = spawnSync(node, ['--version'], { encoding: 'utf8' })
  console.log(`Node ${stdout.trim()}`)
  const { status } = spawnSync(node, [join('node_modules', 'vitest', 'vitest.mjs'), 'run', ...tests], {
    stdio: 'inherit',
    env
  })
  return { version: stdout.trim(), passed: status === 0 }
}

const results = []
try {
  for (const version of given.length > 0 ? given : all) results.push(tested(version))
} finally {
  rmSync(folder, { recursive: true })
}
results.forEach(({ version, passed }) => console.log(`${passed ? 'passed' : 'FAILED'} on Node ${version}`))
if (results.some(({ passed }) => !passed)) process.exitCode = 1
