// npm run pack:check, after the build: imports and requires every entry by name, as users do, and checks the package size.
import assert from 'node:assert/strict'
import { execFileSync } from 'node:child_process'
import { createRequire } from 'node:module'
import * as byImport from 'grad-ts'
import * as codec from 'grad-ts/codec'
import * as laws from 'grad-ts/laws'
import * as report from 'grad-ts/report'
import * as terminal from 'grad-ts/terminal'

const MOST = 1.5e6

const require = createRequire(import.meta.url)

// type-checks the declarations, as a project without skipLibCheck does
const options = ['--noEmit', '--strict', '--target', 'es2022', '--module', 'nodenext', '--types', 'node']
const declarations = ['index', 'codec', 'laws', 'report', 'terminal'].map((name) => `dist/${name}.d.mts`)
execFileSync(process.execPath, [require.resolve('typescript/bin/tsc'), ...options, '--ignoreConfig', ...declarations], {
  stdio: 'inherit'
})

// each entry needs only its own dependencies
for (const [name, packages] of [
  ['grad-ts', ['fp-ts']],
  ['grad-ts/codec', ['fp-ts', 'io-ts']],
  ['grad-ts/laws', ['fp-ts', 'fast-check']],
  // Vega is loaded when the first chart is drawn
  ['grad-ts/report', ['fp-ts', '@dagrejs', 'd3-contour', 'd3-array', 'internmap', 'fast-png', 'fflate', 'iobuffer']],
  ['grad-ts/terminal', ['fp-ts']]
]) {
  const loaded = execFileSync(process.execPath, [
    '-p',
    `require('${name}'); Object.keys(require.cache).flatMap((file) => /node_modules.([^\\\\/]+)/.exec(file)?.[1] ?? []).join()`
  ])
  const others = String(loaded)
    .trim()
    .split(',')
    .filter((one) => one !== '' && ![...packages, 'pure-rand'].includes(one))
  assert.deepEqual(others, [], `${name} loads ${others.join()}`)
}

const ways = [
  [byImport, codec, laws, report, terminal],
  ['grad-ts', 'grad-ts/codec', 'grad-ts/laws', 'grad-ts/report', 'grad-ts/terminal'].map((name) => require(name))
]
for (const [g, { parse, print, JsonTensor }, { engine }, { learningCurves, tapeGraph }, { sparkline }] of ways) {
  const f = (x) => g.sum(g.mul(x)(g.exp(x)))
  const x = g.tensor([0, 1, 2])
  const [plain, compiled, shared] = [g.grad(f), g.compile(g.grad(f)), g.compile(g.grad(f), { threads: 2 })].map((h) =>
    h(x)
  )
  assert.deepEqual(g.toArray(compiled), g.toArray(shared))
  g.toArray(plain).forEach((value, i) => assert.ok(Math.abs(value - g.toArray(compiled)[i]) < 1e-12 * value))
  assert.throws(() => g.matmul(x)(g.ones([2, 2])), { name: 'ShapeError' })
  // summaries name the parts of a model by function names
  assert.equal(g.relu.name, 'relu')
  assert.equal(typeof learningCurves, 'function')
  assert.match(tapeGraph()(g.trace(f)(x)).description, /3 operations/)
  assert.equal(sparkline([1, 2, 8]), '▁▂█')
  assert.equal(typeof engine, 'function')
  assert.deepEqual(g.toArray(parse(JsonTensor)(print(JsonTensor)(x)).right), g.toArray(x))
}
assert.equal(Object.keys(ways[0][0]).join(), Object.keys(ways[1][0]).join())

const told = execFileSync('npm', ['pack', '--dry-run', '--json', '--ignore-scripts'], { encoding: 'utf8' })
const [{ unpackedSize }] = JSON.parse(told)
assert.ok(unpackedSize <= MOST, `the package is ${unpackedSize} bytes unpacked, and ${MOST} at most are wanted`)
console.log(`${(unpackedSize / 1e6).toFixed(2)} MB unpacked; import and require agree`)
