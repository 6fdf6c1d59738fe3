import { fc, test } from '../support/property.ts'
import { describe, expect, it } from 'vitest'
import * as laws from '../../laws/index.ts'
import * as g from '../../src/index.ts'
import type { Tensor } from '../../src/tensor/tensor.ts'
import { tensorOf } from '../support/arbitraries.ts'
import { elements, indicesOf, tabulate } from '../support/naive.ts'
import '../support/matchers.ts'

const letters = ['i', 'j', 'k', 'B', 'a'] as const

/** The sum by its definition: over every value of every index. */
const naive = (
  inputs: readonly string[],
  output: string,
  xs: readonly Tensor[],
  sizes: ReadonlyMap<string, number>
) => {
  const all = [...new Set(Array.from(inputs.join('')))]
  const inner = all.filter((letter) => !output.includes(letter))
  const sizeOf = (list: readonly string[]) => list.map((letter) => sizes.get(letter)!)
  return tabulate(sizeOf(Array.from(output)), (outer) =>
    indicesOf(sizeOf(inner))
      .map((index) => {
        const at = new Map([
          ...Array.from(output).map((l, i) => [l, outer[i]!] as const),
          ...inner.map((l, i) => [l, index[i]!] as const)
        ])
        return xs.reduce((product, x, k) => product * elements(x)(Array.from(inputs[k]!).map((l) => at.get(l)!)), 1)
      })
      .reduce((sum, value) => sum + value, 0)
  )
}

const whole = fc.integer({ min: -3, max: 3 })
const sums = fc
  .tuple(
    fc.array(fc.array(fc.constantFrom(...letters), { maxLength: 3 }), { minLength: 1, maxLength: 4 }),
    fc.tuple(...letters.map(() => fc.integer({ min: 0, max: 3 }))),
    fc.shuffledSubarray([...letters])
  )
  .chain(([inputs, lengths, wanted]) => {
    const sizes = new Map(letters.map((letter, i) => [letter as string, lengths[i]!]))
    const output = wanted.filter((letter) => inputs.flat().includes(letter)).join('')
    return fc
      .tuple(
        ...inputs.map((term) =>
          tensorOf(
            term.map((letter) => sizes.get(letter)!),
            whole
          )
        )
      )
      .map((xs) => ({ inputs: inputs.map((term) => term.join('')), output, xs, sizes }))
  })

describe('einsum', () => {
  test.prop([sums])('sums products by its definition, outside and in programs', ({ inputs, output, xs, sizes }) => {
    const subscripts = `${inputs.join(',')}->${output}`
    const expected = naive(inputs, output, xs, sizes)
    // a product of 0 may be −0
    const f = (...ys: readonly Tensor[]): Tensor => g.add(0)(g.einsum(subscripts)(...ys))
    expect(f(...xs)).toBeTensor(expected)
    expect(g.compile(f)(...xs)).toBeTensor(expected)
    const once = Array.from(inputs.join(''))
      .filter((l, _, all) => all.filter((other) => other === l).length === 1)
      .sort()
      .join('')
    expect(g.add(0)(g.einsum(` ${inputs.join(' , ')} `)(...xs))).toBeTensor(naive(inputs, once, xs, sizes))
  })

  const a = g.tensor([
    [1, 2, 3],
    [4, 5, 6]
  ])

  it('stands for the axes before and behind with ...', () => {
    const x = g.reshape([2, 1, 2, 3])(g.arange(12))
    expect(g.einsum('...ij->...ji')(x)).toBeTensor(g.transpose(x))
    expect(g.einsum('...ij')(x)).toBeTensor(x)
    expect(g.einsum('i...->...')(x)).toBeTensor(g.sum({ axis: 0 })(x))
    expect(g.einsum('...ij,...jk->...ik')(x, g.transpose(a))).toBeTensor(g.matmul(g.transpose(a))(x))
    const y = g.reshape([5, 3, 4])(g.arange(60))
    expect(g.einsum('...ij,...jk')(x, y)).toBeTensor(g.matmul(y)(x))
    expect(g.einsum('...,...->...')(x, a)).toBeTensor(g.mul(a)(x))
    expect(g.einsum('...,...')(g.tensor([[1], [2]]), g.tensor([3, 4]))).toBeTensor([
      [3, 4],
      [6, 8]
    ])
  })

  it('goes by a matrix product where it is one', () => {
    const names = (f: (x: g.Mat<2, 3>) => Tensor) =>
      g
        .trace(f)(a)
        .entries.map(({ primitive }) => primitive.name)
    expect(names((x) => g.einsum('ij,kj->ik')(x, x))).toEqual(['permute', 'matmul'])
    expect(names((x) => g.einsum('ij,ij->')(x, x))).toEqual(['mul', 'sum'])
    expect(names((x) => g.einsum('ij,ij->ij')(x, x))).toEqual(['mul'])
    // a chain: the two short products first
    const cost = g.cost(g.trace((x: g.Mat<2, 3>) => g.einsum('ij,kj,k->i')(x, x, g.ones([2])))(a))
    expect(cost.flops).toBeLessThan(2 * 2 * 3 + 2 * 3 * 2 + 2 * 2 * 2)
  })

  const says =
    (subscripts: string, ...xs: readonly Tensor[]) =>
    () =>
      g.einsum(subscripts)(...xs)
  it.each([
    ['ij,j$->i', 'einsum: "ij,j$->i": "$" is not an index, which is a letter, at character 5'],
    ['ij->i,j', 'einsum: "ij->i,j": "," is not an index, which is a letter, at character 6'],
    ['ij-i', 'einsum: "ij-i": "-" is not an index, which is a letter, at character 3'],
    ['ij->i->j', 'einsum: "ij->i->j": "-" is not an index, which is a letter, at character 6'],
    ['i..j', 'einsum: "i..j": "." is not an index, which is a letter, at character 2'],
    ['...i...', 'einsum: "...i...": a second ... of one operand at character 5'],
    ['ij->ii', 'einsum: "ij->ii": the output names the index i a second time at character 6'],
    ['ij->ik', 'einsum: "ij->ik": the output index k of no operand at character 6']
  ])('names the place in %s', (subscripts, message) => {
    expect(says(subscripts, a)).toThrow(message)
  })

  it('names what does not fit', () => {
    expect(says('ij,jk', a)).toThrow('einsum: "ij,jk": names 2 operands, got 1')
    expect(says('ijk', a)).toThrow('einsum: "ijk": operand 0 needs an axis for each of ijk, got shape [2, 3]')
    expect(says('ij,jk', a, a)).toThrow('einsum: "ij,jk": the index j is 3 in operand 0 and 2 in operand 1')
    expect(says('ii', a)).toThrow('einsum: "ii": the index i is 2 in operand 0 and 3 in operand 0')
    expect(says('...,...', a, g.zeros([2, 2]))).toThrow('einsum: "...,...": an axis of ... is 3 in operand 0 and 2')
    expect(says('...i->i', a)).toThrow('the output needs ... for the axes that operands have there')
    expect(() => g.einsum(1 as never)).toThrow('einsum: subscripts must be text, got 1')
  })

  const suites = [
    laws.operation({
      name: 'einsum, a chain',
      f: (x: Tensor<[2, 3]>) => g.einsum('ij,kj,ik->k')(x, g.sin(x), g.ones([2, 2])),
      shape: [2, 3]
    }),
    laws.operation({
      name: 'einsum, a diagonal',
      f: (x: Tensor<[3, 3]>) => g.einsum('ii,ij->j')(x, g.sin(x)),
      shape: [3, 3]
    }),
    laws.operation({
      name: 'einsum, a batch',
      f: (x: Tensor<[2, 2, 3]>) => g.einsum('...ij,...kj->...ik')(x, g.square(x)),
      shape: [2, 2, 3]
    })
  ]
  for (const suite of suites) laws.register(test as never)(suite, { numRuns: 10 })
})
