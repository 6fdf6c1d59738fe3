import { pipe } from 'fp-ts/lib/function.js'
import { describe, expect, it } from 'vitest'
import * as g from '../../src/index.ts'
import type { Scalar, Tensor, Vec } from '../../src/tensor/tensor.ts'
import '../support/matchers.ts'

const { vocabulary: op } = g.primitive

describe('a tape', () => {
  const model = { weight: g.ones([2, 3]), bias: g.zeros([3]) }
  const f = (p: typeof model, x: g.Mat<4, 2>) => pipe(x, g.matmul(p.weight), g.add(p.bias), g.tanh, g.mean)
  const tape = g.trace(f)(model, g.ones([4, 2]))

  it('lists the inputs in the order of the tree, and each operation after what it needs', () => {
    expect(tape.inputs).toEqual([[2, 3], [3]])
    expect(tape.entries.map(({ primitive }) => primitive.name)).toEqual(['matmul', 'add', 'tanh', 'sum', 'div'])
    tape.entries.forEach(({ inputs }, i) => {
      for (const from of inputs) if (typeof from === 'number') expect(from).toBeLessThan(tape.inputs.length + i)
    })
    expect(tape.outputs).toEqual([6])
  })

  it('is shown one operation a line, with constants, parameters and shapes', () => {
    expect(g.showTape(tape)).toBe(
      [
        'in  %0 : [2, 3]',
        'in  %1 : [3]',
        '    %2 = matmul(const[4, 2], %0) : [4, 3]',
        '    %3 = add(%2, %1) : [4, 3]',
        '    %4 = tanh(%3) : [4, 3]',
        '    %5 = sum(%4) {axes: [0, 1], keepDims: false} : []',
        '    %6 = div(%5, 12) : []',
        'out %6'
      ].join('\n')
    )
  })

  it('is counted: operations, floating-point operations, bytes', () => {
    // 2 · 4 · 2 · 3 for the product, 12 each for add, tanh and sum, 1 for the division
    expect(g.cost(tape)).toEqual({ operations: 5, flops: 48 + 36 + 1, bytes: 8 * (12 + 12 + 12 + 1 + 1) })
  })

  it('is a value: plain data that its making leaves no trace of in the arguments', () => {
    expect(
      g
        .trace(f)(model, g.ones([4, 2]))
        .entries.map(({ results }) => results)
    ).toEqual(tape.entries.map(({ results }) => results))
    expect(g.trace(g.square)(model.weight).entries.length).toBe(1)
  })

  it('is folded: run again on other inputs, it gives what the function gives', () => {
    const p = { weight: g.random.normal([2, 3])(g.random.key(1)), bias: g.random.normal([3])(g.random.key(2)) }
    const inputs = g.params.tensors(p)
    const [again] = g.fold<Tensor>({
      onInput: (i) => inputs[i]!,
      onConstant: (x) => x,
      onEntry: ({ primitive, params }, xs) => g.apply(primitive, params, xs)
    })(tape)
    expect(again).toBeTensor(f(p, g.ones([4, 2])))
  })

  it('leaves out what the result does not need, and what does not depend on the inputs', () => {
    const wasteful = (x: Vec<2>): Scalar => {
      g.exp(x)
      return g.sum(g.mul(g.exp(g.tensor([1, 2])))(x))
    }
    expect(
      g
        .trace(wasteful)(g.ones([2]))
        .entries.map(({ primitive }) => primitive.name)
    ).toEqual(['mul', 'sum'])
  })

  it('of a constant has no entries, and the constant for its output', () => {
    const constant = g.trace((_: Scalar) => ({ one: g.scalar(1), two: g.ones([2]) }))(g.scalar(0))
    expect(constant.entries).toEqual([])
    expect(g.showTape(constant)).toBe('in  %0 : []\nout 1, const[2]')
  })

  it('of the identity gives its input out', () => {
    expect(g.showTape(g.trace((x: Scalar) => x)(g.scalar(0)))).toBe('in  %0 : []\nout %0')
  })

  it('holds a value that is used twice once', () => {
    const shared = (x: Scalar): Scalar => {
      const y = g.sin(x)
      return g.mul(y)(y)
    }
    expect(g.showTape(g.trace(shared)(g.scalar(1)))).toBe(
      'in  %0 : []\n    %1 = sin(%0) : []\n    %2 = mul(%1, %1) : []\nout %2'
    )
  })

  it('of a gradient is the gradient’s own', () => {
    const names = g
      .trace(g.grad((x: Scalar) => g.sin(x)))(g.scalar(1))
      .entries.map(({ primitive }) => primitive.name)
    expect(names).toContain('cos')
    expect(names).not.toContain('leaf')
  })

  it('of a trace inside a trace belongs to the inner one only', () => {
    const depth: number[] = []
    g.grad((x: Scalar) => {
      depth.push(g.trace((y: Scalar) => g.mul(g.square(x))(y))(g.scalar(2)).entries.length)
      return g.square(x)
    })(g.scalar(3))
    expect(depth).toEqual([1])
  })
})

describe('applying a primitive', () => {
  it('names it when the shapes do not fit', () => {
    expect(() => op.add(g.ones([2]) as never, g.ones([3]) as never)).toThrow(
      expect.objectContaining({
        name: 'ShapeError',
        message: expect.stringMatching(/^add: cannot broadcast \[2\] with \[3\]/)
      })
    )
    expect(() => op.sum(g.ones([2]) as never, [1], false)).toThrow(
      expect.objectContaining({ name: 'ShapeError', message: 'sum: [1] are not axes of [2]' })
    )
  })

  it('to plain tensors gives a plain tensor: nothing is kept', () => {
    expect(g.trace((_: Scalar) => op.exp(g.ones([2]) as never))(g.scalar(1)).entries).toEqual([])
  })
})
