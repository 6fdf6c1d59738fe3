// npm run pack:check, after the build: uses what was built as its users do, by name, both ways, and minds its size.
import assert from 'node:assert/strict'
import { execFileSync } from 'node:child_process'
import { createRequire } from 'node:module'
import * as byImport from 'grad-ts'
import * as laws from 'grad-ts/laws'
import * as report from 'grad-ts/report'

const MOST = 1.5e6

const require = createRequire(import.meta.url)

// the declarations by themselves, as a project without skipLibCheck sees them
const options = ['--noEmit', '--strict', '--target', 'es2022', '--module', 'nodenext', '--types', 'node']
const declarations = ['index', 'laws', 'report'].map((name) => `dist/${name}.d.mts`)
execFileSync(process.execPath, [require.resolve('typescript/bin/tsc'), ...options, '--ignoreConfig', ...declarations], {
  stdio: 'inherit'
})

const ways = [
  [byImport, laws, report],
  [require('grad-ts'), require('grad-ts/laws'), require('grad-ts/report')]
]
for (const [g, { engine }, { learningCurves }] of ways) {
  const f = (x) => g.sum(g.mul(x)(g.exp(x)))
  const x = g.tensor([0, 1, 2])
  const [plain, compiled, shared] = [g.grad(f), g.compile(g.grad(f)), g.compile(g.grad(f), { threads: 2 })].map((h) =>
    h(x)
  )
  assert.deepEqual(g.toArray(compiled), g.toArray(shared))
  g.toArray(plain).forEach((value, i) => assert.ok(Math.abs(value - g.toArray(compiled)[i]) < 1e-12 * value))
  assert.throws(() => g.matmul(x)(g.ones([2, 2])), { name: 'ShapeError' })
  // parts of a model are told by the names of functions
  assert.equal(g.relu.name, 'relu')
  assert.equal(typeof learningCurves, 'function')
  assert.equal(typeof engine, 'function')
}
assert.equal(Object.keys(ways[0][0]).join(), Object.keys(ways[1][0]).join())

const told = execFileSync('npm', ['pack', '--dry-run', '--json', '--ignore-scripts'], { encoding: 'utf8' })
const [{ unpackedSize }] = JSON.parse(told)
assert.ok(unpackedSize <= MOST, `the package is ${unpackedSize} bytes unpacked, and ${MOST} at most are wanted`)
console.log(`${(unpackedSize / 1e6).toFixed(2)} MB unpacked; import and require agree`)
