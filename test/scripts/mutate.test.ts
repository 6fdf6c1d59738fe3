/** The parts of `npm run mutate` that decide what is planted, and which tests are run. */
import { describe, expect, it } from 'vitest'

// @ts-expect-error -- a script has no declarations
import { entryOf, isKnown, mutantsOf, planted, shuffled } from '../../scripts/mutate/mutants.mjs'
// @ts-expect-error -- a script has no declarations
import { importsOf, reachOf, testsFor } from '../../scripts/mutate/order.mjs'

const textsOf = (text: string): readonly string[] =>
  mutantsOf('src/a.ts', text).map((mutant: unknown) => planted(text, mutant))

describe('the mutants of a text', () => {
  it.each([
    ['const f = (x: number) => -x', ['const f = (x: number) => x']],
    ['const f = a < b', ['const f = a <= b']],
    ['const f = a + b', ['const f = a - b']],
    ['const f = [0, 0.5]', ['const f = [1, 0.5]', 'const f = [0, 1.5]']],
    ['const f = g(a, b)', ['const f = g(b, a)']],
    ['const f = g(a)', ['const f = a']],
    ['const f = xs.slice().length', ['const f = xs.length']],
    ['const f = Math.max(a, b, c)', ['const f = Math.min(a, b, c)']],
    ['const f = true', ['const f = false']],
    ['const f = a ? b : c', ['const f = !(a) ? b : c']],
    ['g()', [';']],
    ['if (a) return', ['if (!(a)) return', 'if (a) {}']],
    ['const f = a && !b', ['const f = a || !b', 'const f = a && b']]
  ])('of %s are its small changes', (text, expected) => {
    expect(textsOf(text)).toEqual(expected)
  })

  it.each([
    ['types', 'interface A { readonly n: 0 }\ntype B = [1, 2]\nconst f = (x: [0, 1]) => x'],
    ['texts', "const f = 'a' + b"],
    ['comments', '// a + b\n/** 0 */'],
    ['what the compiler asks for', 'const f = xs[i] ?? 0'],
    ['operands that may change places', 'const f = op.add(a, b)'],
    ['an operation of the vocabulary', 'const f = op.slice(x, starts, stops)']
  ])('leave %s alone', (_, text) => {
    expect(textsOf(text)).toEqual([])
  })

  it('are known again by the text of their line, wherever it has moved', () => {
    const [mutant] = mutantsOf('src/a.ts', 'const f = a < b')
    const [moved] = mutantsOf('src/a.ts', '// new\n\nconst f = a < b')
    const [other] = mutantsOf('src/a.ts', 'const g = a < b')
    expect([moved, other].map((each) => isKnown(entryOf(mutant), each))).toEqual([true, false])
  })

  it('are drawn by the seed, all of them once', () => {
    const items = Array.from({ length: 50 }, (_, i) => i)
    expect(shuffled(items, 7)).toEqual(shuffled(items, 7))
    expect(shuffled(items, 7)).not.toEqual(shuffled(items, 8))
    expect([...shuffled(items, 7)].sort((a: number, b: number) => a - b)).toEqual(items)
  })
})

describe('the tests of a file', () => {
  const graph = new Map([
    ['src/ops/a.ts', []],
    ['src/index.ts', ['src/ops/a.ts']],
    ['test/ops/a.test.ts', ['src/index.ts']],
    ['test/ops/b.test.ts', ['src/index.ts']],
    ['test/far.test.ts', ['src/index.ts']],
    ['test/quick.test.ts', ['src/index.ts']],
    ['test/slow.test.ts', ['src/index.ts']],
    ['test/other.test.ts', []]
  ])
  const reach = reachOf(
    graph,
    [...graph.keys()].filter((path) => path.endsWith('.test.ts'))
  )
  const seconds = (test: string) => ({ 'test/far.test.ts': 3, 'test/slow.test.ts': 90 })[test] ?? 1
  const order = (more: object = {}) => testsFor({ file: 'src/ops/a.ts', reach, seconds, budget: 60, ...more })

  it('are the mirroring one, those beside it, then the quick ones, as far as their time allows', () => {
    expect(order()).toEqual(['test/ops/a.test.ts', 'test/ops/b.test.ts', 'test/quick.test.ts', 'test/far.test.ts'])
    expect(order({ budget: Infinity }).at(-1)).toBe('test/slow.test.ts')
    expect(order({ budget: 0 })).toEqual(['test/ops/a.test.ts'])
  })

  it('come sooner when they have killed before', () => {
    expect(order({ kills: (test: string) => (test === 'test/far.test.ts' ? 3 : 0) })[2]).toBe('test/far.test.ts')
  })

  it('are found by what is imported when it runs, not for types alone', () => {
    const text = [
      "import { a } from './a.ts'",
      "import type { B } from './b.ts'",
      'import {\n  c\n} from "./no.ts"',
      "export * from '../d.ts'",
      "import 'grad-ts'",
      "import './e.ts'"
    ].join('\n')
    expect(importsOf('src/x/y.ts', text, { 'grad-ts': 'src/index.ts' })).toEqual([
      'src/x/a.ts',
      'src/d.ts',
      'src/index.ts',
      'src/x/e.ts'
    ])
  })
})
