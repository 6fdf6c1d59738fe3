import { createHash } from 'node:crypto'
import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import * as fc from 'fast-check'
import * as E from 'fp-ts/lib/Either.js'
import { describe, expect, test } from 'vitest'
import { cases } from '../../laws/cases/index.ts'
import { elsewhere, exactly, unproved } from '../../laws/theorems/elsewhere.ts'
import { type Exact, exacts, exactValue, isExact, linearFaults } from '../../laws/oracles/exact.ts'
import { constantText, meanings, readAs } from '../../laws/theorems/meaning.ts'
import { showStatement } from '../../laws/theorems/page.ts'
import { planted } from '../../laws/theorems/planted.ts'
import { theoremsFile } from '../../laws/theorems/statement.ts'
import { statements } from '../../laws/theorems/statements.ts'
import { vectorStatements } from '../../laws/theorems/vector.ts'
import { definitions, wordsFile } from '../../laws/theorems/words.ts'
import type { Cases } from '../../laws/setup.ts'
import type { AnyPrimitive, Primitive } from '../../src/primitive/primitive.ts'
import { table } from '../../src/primitive/table.ts'
import { type Dims, sizeOf } from '../../src/tensor/dims.ts'
import { make } from '../../src/tensor/tensor.ts'

const laws = join(__dirname, '../../laws')
const read = (...path: readonly string[]): string => readFileSync(join(laws, ...path), 'utf8')
const page = read('theorems.md')
const written = {
  definitions: read('theorems', 'definitions.v'),
  tactics: read('theorems', 'tactics.v'),
  vectors: read('theorems', 'vectors.v')
}
const hint = 'the rules, their meanings or the tactics have changed: run npm run prove'

describe('the page of theorems', () => {
  test('lists the statements that the rules give today, and no other', () => {
    const listed = [...page.matchAll(/^Theorem [\s\S]*?\.$/gm)].map(([text]) => text)
    expect(listed, hint).toEqual(statements().map(showStatement))
  })

  test('lists every definition that they stand on', () => {
    expect(
      definitions().filter((definition) => !page.includes(definition)),
      hint
    ).toEqual([])
  })

  test('is of the very files that Coq has checked', () => {
    const words = wordsFile(written)
    const digest = createHash('sha256').update(words).update(theoremsFile(statements())).digest('hex')
    expect(page, hint).toContain(digest)
  })

  test('has every primitive, with theorems or with the reason why not', () => {
    const missing = Object.keys(table).filter((name) =>
      name in elsewhere ? !page.includes(`| \`${name}\``) : !page.includes(`\n### ${name}\n`)
    )
    expect(missing, hint).toEqual([])
  })
})

describe('the statements', () => {
  test('are of every smooth primitive on numbers', () => {
    const onNumbers = (Object.values(table) as unknown as readonly AnyPrimitive[]).filter(
      (p) =>
        (p.reach === 'element' || p.reach === 'gates') &&
        p.name !== 'leaf' &&
        !(p.name in unproved) &&
        p.arity !== 'any' &&
        p.differentiable(p.arity - 1)
    )
    expect(onNumbers.length).toBeGreaterThan(30)
    const stated = new Set(statements().map(({ primitive }) => primitive as string))
    expect(
      onNumbers.map(({ name }) => name).filter((name) => !stated.has(name)),
      'add its meaning to laws/theorems/meaning.ts'
    ).toEqual([])
    expect(Object.keys(meanings).filter((name) => !stated.has(name))).toEqual([])
  })

  test('assume nothing, and have a name each', () => {
    const names = statements().map(({ name }) => name)
    expect(new Set(names).size).toBe(names.length)
    const files = wordsFile(written) + theoremsFile(statements())
    expect(files).not.toMatch(/\b(Admitted|admit|Axiom|Axioms|Parameter|Hypothesis|Conjecture|give_up)\b/)
  })

  test('read a constant as the one number that it is nearest to, and its neighbours as fractions', () => {
    readAs.forEach(([value, text], i) => {
      expect(constantText(value)).toBe(text)
      expect(readAs.filter(([, other]) => other === text)).toHaveLength(1)
      const others = readAs.filter((_, j) => j !== i).map(([other]) => Math.abs(other - value) / Math.abs(value))
      expect(Math.min(...others)).toBeGreaterThan(0.01)
      ;[1 - 2 ** -48, 1 + 2 ** -48].forEach((factor) =>
        expect(constantText(value * factor)).toMatch(/^\(.*\d+ \/ \d+\)+$/)
      )
    })
  })

  test('of vectors are the same whatever the length', () => {
    ;(['softmax', 'logSoftmax', 'logSumExp'] as const).forEach((word) => {
      const of = (size: number) => vectorStatements(word, table[word], size).map(showStatement)
      expect([1, 2, 3, 50].map(of)).toEqual([1, 2, 3, 50].map(() => of(7)))
    })
  })

  test('differ from the true ones for every planted mistake', () => {
    const mistakes = planted()
    expect(mistakes.length).toBeGreaterThan(10)
    expect(mistakes.filter((mistake) => mistake.statements.length === 0)).toEqual([])
  })
})

const huge = fc.bigInt({ min: -(2n ** 100n), max: 2n ** 100n })
const arrayOf = (dims: Dims, element: fc.Arbitrary<bigint>): fc.Arbitrary<Exact> =>
  fc.array(element, { minLength: sizeOf(dims), maxLength: sizeOf(dims) }).map((values) => ({ dims, values }))

/** Linear in each input, and what stretches operands of binary primitives. */
const linear = [...exactly, 'add', 'sub', 'mul', 'mulNoNan', 'neg', 'where', 'leaf'] as const

/** Whether a primitive is a straight line in each input that it is differentiable by, on some whole numbers. */
const seemsLinear = (p: Primitive): boolean =>
  fc
    .sample(points(p.name as (typeof linear)[number], fc.bigInt({ min: -1000n, max: 1000n })), 50)
    .every(({ params, inputs, tangents }) =>
      inputs.every((_, i) => {
        if (!p.differentiable(i)) return true
        const at = (steps: bigint): Float64Array => {
          const xs = inputs.map(({ dims, values }, k) =>
            make(
              dims,
              Float64Array.from(values, (value, j) => Number(value + (k === i ? steps * tangents[k]!.values[j]! : 0n)))
            )
          )
          const dims = p.shape(
            params,
            inputs.map((x) => x.dims)
          )
          return E.isRight(dims) ? p.evaluate(params, xs, dims.right) : new Float64Array()
        }
        const [first, second, third] = [at(0n), at(1n), at(2n)]
        return first.every((value, k) => value - second[k]! - (second[k]! - third[k]!) === 0)
      })
    )

/** Settings that fit, inputs of integers, and a tangent of each. */
const points = (name: (typeof linear)[number], element: fc.Arbitrary<bigint>) =>
  (cases[name] as Cases<unknown>).fits.chain(({ params, shapes, elements }) =>
    fc.record({
      params: fc.constant(params),
      inputs: fc.tuple(
        ...shapes.map((dims, i) =>
          arrayOf(dims, elements?.[i] === undefined ? element : elements[i].map((value) => BigInt(Math.round(value))))
        )
      ),
      tangents: fc.tuple(...shapes.map((dims) => arrayOf(dims, element)))
    })
  )

describe('in exact arithmetic', () => {
  test('is every primitive that is linear in each input', () => {
    const found = (Object.values(table) as unknown as readonly AnyPrimitive[]).flatMap((p) =>
      p.multipleResults !== true &&
      Array.from({ length: p.arity === 'any' ? 1 : p.arity }, (_, i) => i).some((i) => p.differentiable(i)) &&
      seemsLinear(p)
        ? [p.name]
        : []
    )
    expect(found.toSorted(), 'give it a meaning in laws/oracles').toEqual([...linear].toSorted())
    expect(linear.filter((name) => !isExact(name))).toEqual([])
  })

  test.each(linear)('the rules of %s are the change of its output, and its transpose', (name) => {
    const primitive = table[name] as unknown as Primitive
    fc.assert(
      fc.property(points(name, huge), fc.infiniteStream(huge), (point, numbers) => {
        const cotangent = (dims: Dims): Exact => ({
          dims,
          values: Array.from({ length: sizeOf(dims) }, () => numbers.next().value as bigint)
        })
        expect(linearFaults(primitive, { ...point, cotangent })).toEqual([])
      }),
      { numRuns: 200 }
    )
  })

  test.each(linear)('%s computes what its definition says', (name) => {
    const primitive = table[name] as unknown as Primitive
    fc.assert(
      fc.property(points(name, fc.bigInt({ min: -1000n, max: 1000n })), ({ params, inputs }) => {
        const { dims, values } = exactValue(primitive, params, inputs)
        const tensors = inputs.map((x) => make(x.dims, Float64Array.from(x.values, Number)))
        // + 0: a −0 is the integer 0
        expect(Array.from(primitive.evaluate(params, tensors, dims), (value) => value + 0)).toEqual(values.map(Number))
      }),
      { numRuns: 100 }
    )
  })

  test('a transpose with a mistake is refused', () => {
    const x: Exact = { dims: [2, 3], values: [1n, 2n, 3n, 4n, 5n, 6n] }
    const wrong: Primitive<{ readonly axes: readonly number[] }> = {
      ...table.permute,
      // right for a permutation that is its own inverse
      vjp: (op, { axes }, _, __, ct) => op.permute(ct, axes)
    }
    const at = (dims: Dims): Exact => ({
      dims,
      values: Array.from({ length: sizeOf(dims) }, (_, i) => BigInt(i * i + 1))
    })
    const point = { inputs: [exacts.reshape(x, [1, 2, 3])], tangents: [at([1, 2, 3])], cotangent: at }
    expect(linearFaults(table.permute, { ...point, params: { axes: [1, 2, 0] } })).toEqual([])
    expect(() => linearFaults(wrong, { ...point, params: { axes: [0, 2, 1] } })).not.toThrow()
    expect(linearFaults(wrong, { ...point, params: { axes: [1, 2, 0] } })).toEqual([
      'permute: the vjp by input 0 is not the transpose of the jvp'
    ])
  })
})
