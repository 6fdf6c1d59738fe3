/** Each law goes red for a fault planted for it, and the others stay green where the fault does not concern them. */
import * as E from 'fp-ts/lib/Either.js'
import { describe, expect, it } from 'vitest'
import { unaryCases } from '../../laws/setup.ts'
import * as laws from '../../laws/index.ts'
import type { Algebra } from '../../src/primitive/algebra.ts'
import { stretch, sumTo, values } from '../../src/primitive/broadcast.ts'
import { elementwise } from '../../src/primitive/elementwise.ts'
import { nonZero, reals } from '../../src/primitive/domain.ts'
import type { Primitive } from '../../src/primitive/primitive.ts'
import { table } from '../../src/primitive/table.ts'
import { apply } from '../../src/tape/apply.ts'
import type { Tensor } from '../../src/tensor/tensor.ts'

const shape = 'the shape rule claims what is computed'
const refusal = 'the shape rule refuses what does not fit'
const purity = 'the same inputs give the same bits, and stay as they are'
const batch = 'a batch agrees with its examples one by one, whichever inputs are mapped'
const vjpLinear = 'vjp is linear in the cotangent, and has the shapes of the inputs'
const jvpLinear = 'jvp is linear in the tangent, and has the shape of the output'
const zero = 'a zero cotangent gives exactly zero'
const untakenAtPoles = 'a branch not taken gives exactly zero at poles and infinities too'
const transpose = 'vjp is the transpose of jvp'
const numbers = 'jvp agrees with numbers'
const second = 'the derivative of vjp agrees with numbers'
const higherForwards = 'the third and fourth derivatives agree with numbers, forwards'
const higherBackwards = 'the third and fourth derivatives agree with numbers, as nested gradients'
const between = 'at a kink the derivative lies between the slopes from both sides, in both modes'
const costs = 'the gradient costs at most 5 times the function'
const least = 'at a kink the derivative is the subgradient of least norm'
const bothWays = 'the derivative of vjp is the same forwards and backwards'

/** The laws that fail, without the name of what they are about. */
const red = (suite: laws.Suite): readonly string[] =>
  laws.run(suite).flatMap(({ law, outcome }) => (E.isLeft(outcome) ? [law.slice(law.indexOf(': ') + 2)] : []))

/** A primitive of the table with some rules replaced by wrong ones. */
const broken = (p: unknown, wrong: Partial<Primitive>): Primitive => {
  const { reach: _, ...rules } = p as Primitive
  return { ...rules, ...wrong }
}

const firstTakes = <A>(op: Algebra<A>, [a, b]: readonly A[], y: A, t: A, index: number): A => {
  const first = op.greaterEqual(a!, b!)
  return op.mul(stretch(op, t, op.dims(y)), index === 0 ? first : op.sub(op.constant(1), first))
}

type Rule = <A>(op: Algebra<A>, params: unknown, inputs: readonly A[], output: A, v: A) => A

describe('the laws find', () => {
  it('nothing in a right primitive', () => {
    expect(red(laws.primitive(table.sin))).toEqual([])
  })

  it('a wrong formula that both derivatives share: only numbers can tell', () => {
    const wrong = elementwise('sin')({
      domain: reals,
      evaluate: Math.sin,
      derivative: (op, x) => op.sin(x)
    })
    expect(red(laws.primitive(wrong))).toEqual([numbers, between])
  })

  it('a vjp that is no transpose of the jvp', () => {
    const vjp: Rule = (op, _, [x], __, ct) => op.neg(op.mul(ct, op.cos(x!)))
    expect(red(laws.primitive(broken(table.sin, { vjp })))).toEqual([transpose, between])
  })

  it('a vjp that is not linear in the cotangent', () => {
    const vjp: Rule = (op, _, [x], __, ct) => op.mul(op.mul(ct, op.abs(ct)), op.cos(x!))
    expect(red(laws.primitive(broken(table.sin, { vjp })))).toEqual([vjpLinear, transpose, between])
  })

  it('a jvp that is not linear in the tangent', () => {
    const jvp: Rule = (op, _, [x], __, t) => op.mul(op.mul(t, op.abs(t)), op.cos(x!))
    expect(red(laws.primitive(broken(table.sin, { jvp })))).toEqual([jvpLinear, transpose, numbers, between])
  })

  it('a vjp that forgets to sum over what was stretched', () => {
    const vjp: Rule = (_, __, ___, ____, ct) => ct
    expect(red(laws.primitive(broken(table.add, { vjp })))).toContain(vjpLinear)
  })

  it('a vjp with a rest for a zero cotangent', () => {
    const vjp: Rule = (op, _, [x], __, ct) => op.add(op.mul(ct, op.cos(x!)), op.constant(1e-300))
    expect(red(laws.primitive(broken(table.sin, { vjp })))).toEqual([zero])
  })

  it('a vjp that makes NaN of what was not reached at a pole', () => {
    const vjp: Rule = (op, _, [x], __, ct) => op.div(ct, x!)
    expect(red(laws.primitive(broken(table.log, { vjp })))).toEqual([])
    expect(red(laws.primitive(broken(table.log, { vjp, reach: 'element' })))).toEqual([untakenAtPoles])
  })

  it('an output that a vjp takes for a constant: only the second derivative is wrong', () => {
    const vjp: Rule = (op, _, __, y, ct) => op.mul(ct, op.stopGradient(y))
    expect(red(laws.primitive(broken(table.exp, { vjp })))).toEqual([second])
  })

  it('a wrong first or second derivative by any one input alone', () => {
    const { mul } = table as unknown as { readonly mul: Primitive }
    for (const wrong of [0, 1]) {
      // each cotangent of a product depends on the other factor, and here one of them does not say so
      const vjp: Primitive['vjp'] = (op, params, inputs, output, ct, index, reached) =>
        mul.vjp(op, params, index === wrong ? inputs.map(op.stopGradient) : inputs, output, ct, index, reached)
      expect(red(laws.primitive(broken(mul, { vjp })))).toContain(second)
      const jvp: Primitive['jvp'] = (op, params, inputs, output, t, index, reached) =>
        op.mul(op.constant(index === wrong ? 1 + 1e-4 : 1), mul.jvp(op, params, inputs, output, t, index, reached))
      expect(red(laws.primitive(broken(mul, { jvp })))).toContain(numbers)
    }
  })

  it('a derivative that is wrong by a part in ten thousand', () => {
    const wrong = elementwise('sin')({
      domain: reals,
      evaluate: Math.sin,
      derivative: (op, x) => op.mul(op.constant(1 + 1e-4), op.cos(x))
    })
    expect(red(laws.primitive(wrong))).toEqual([numbers, between])
    const vjp: Rule = (op, _, [x], __, ct) => op.mul(op.constant(1 + 1e-6), op.mul(ct, op.cos(x!)))
    expect(red(laws.primitive(broken(table.sin, { vjp })))).toEqual([transpose, between])
  })

  it('a vjp whose own derivatives contradict each other', () => {
    const twice: Primitive = {
      ...(table.neg as Primitive),
      name: 'twice',
      evaluate: (_, [x]) => values(x!).map((value) => 2 * value),
      jvp: (op, _, __, ___, t) => op.mul(op.constant(2), t),
      vjp: (op, _, __, ___, ct) => op.mul(op.constant(3), ct)
    }
    const vjp: Rule = (op, _, [x], __, ct) => op.mul(ct, apply(twice, {}, [x as Tensor]) as never)
    expect(red(laws.primitive(broken(table.square, { vjp })))).toEqual([bothWays])
  })

  it.each([
    ['third', 1],
    ['fourth', 2]
  ])('a wrong %s derivative, though those below it are right', (_, right) => {
    /** The cosine, whose derivative is right that often. */
    const cosine = (times: number): Primitive =>
      elementwise('cos')({
        domain: reals,
        evaluate: Math.cos,
        derivative: (op, x) =>
          times === 0
            ? op.mul(op.constant(-1.25), op.sin(x))
            : op.neg(apply(sine(times - 1), {}, [x as Tensor]) as never)
      })
    const sine = (times: number): Primitive =>
      elementwise('sin')({
        domain: reals,
        evaluate: Math.sin,
        derivative: (op, x) =>
          times === 0 ? op.mul(op.constant(1.25), op.cos(x)) : (apply(cosine(times - 1), {}, [x as Tensor]) as never)
      })
    expect(red(laws.primitive(sine(right + 1)))).toEqual([higherForwards, higherBackwards])
  })

  it.each([1e-8, 1e-15, 1e-200])('a derivative of 0 where it is cos x times %d', (small) => {
    const flat = elementwise('small')({
      domain: reals,
      evaluate: (x) => small * Math.sin(x),
      derivative: (op) => op.constant(0)
    })
    expect(red(laws.primitive(flat))).toEqual([numbers, between])
  })

  it('a small part of a derivative that is left out', () => {
    const flat = elementwise('small')({
      domain: reals,
      evaluate: (x) => 3 + 1e-8 * Math.sin(x),
      derivative: (op) => op.constant(0)
    })
    expect(red(laws.primitive(flat))).toEqual([numbers, between])
  })

  it('a derivative of |x| at 0 that no side has, and one that only one side has', () => {
    const slopeAtZero = (slope: number): Primitive =>
      elementwise('abs')({
        domain: nonZero,
        evaluate: Math.abs,
        derivative: (op, x) => op.add(op.sign(x), op.mul(op.constant(slope), op.equal(x, op.constant(0))))
      })
    expect(red(laws.primitive(slopeAtZero(0)))).toEqual([])
    expect(red(laws.primitive(slopeAtZero(7)))).toEqual([between, least])
    expect(red(laws.primitive(slopeAtZero(1)))).toEqual([least])
    expect(red(laws.primitive(slopeAtZero(1), { ...unaryCases, kinks: 'between' }))).toEqual([])
  })

  it('a derivative at a bound that comes from beyond the other one', () => {
    const passes: Rule = (op, bounds, [x], __, v) => {
      const { min, max } = bounds as { readonly min: number; readonly max: number }
      return op.mul(
        v,
        op.sub(
          op.mul(op.greaterEqual(x!, op.constant(min)), op.greaterEqual(op.constant(max), x!)),
          op.mul(op.constant(2), op.equal(x!, op.constant(max)))
        )
      )
    }
    expect(red(laws.primitive(broken(table.clip, { vjp: passes, jvp: passes })))).toEqual([between, least])
  })

  it('a tie that the first of equals takes alone', () => {
    const jvp: Primitive['jvp'] = (op, _, inputs, y, t, index) => firstTakes(op, inputs, y, t, index)
    const vjp: Primitive['vjp'] = (op, _, inputs, y, ct, index) =>
      sumTo(op, firstTakes(op, inputs, y, ct, index), op.dims(inputs[index]!))
    expect(red(laws.primitive(broken(table.maximum, { vjp, jvp })))).toEqual([least])
  })

  it('a gradient that costs 64 times its function', () => {
    const slow = elementwise('sin')({
      domain: reals,
      evaluate: Math.sin,
      derivative: (op, x) => Array.from({ length: 32 }).reduce<typeof x>((y) => op.neg(op.neg(y)), op.cos(x))
    })
    expect(red(laws.primitive(slow))).toEqual([costs])
    expect(red(laws.primitive(slow, { ...unaryCases, cost: 70 }))).toEqual([])
  })

  it('a gradient that keeps a matrix where its function reads a vector', () => {
    const wasteful: typeof table.sum = {
      ...table.sum,
      vjp: (op, params, [x], y, ct, ...rest) =>
        op.add(
          table.sum.vjp(op, params, [x!], y, ct, ...rest),
          op.mul(op.constant(0), op.sum(op.broadcastTo(x!, [64, ...op.dims(x!)]), [0], false))
        )
    }
    expect(red(laws.primitive(wasteful))).toContain(costs)
  })

  it('an evaluation that writes to its input', () => {
    const evaluate = (_: unknown, [x]: readonly Tensor[]) => {
      values(x!).forEach((value, i, own) => (own[i] = 2 * value))
      return values(x!).slice()
    }
    expect(red(laws.primitive(broken(table.square, { evaluate })))).toContain(purity)
  })

  it('an evaluation that remembers', () => {
    const memory = { calls: 0 }
    const evaluate = (_: unknown, [x]: readonly Tensor[]) => values(x!).map((value) => value + memory.calls++)
    expect(red(laws.primitive(broken(table.square, { evaluate })))).toContain(purity)
  })

  it('a batch along the wrong axis', () => {
    const wrong: typeof table.softmax = {
      ...table.softmax,
      batch: ({ params, inputs, again }) => again(params, inputs)
    }
    expect(red(laws.primitive(wrong))).toEqual([batch])
  })

  it('a batch that is wrong only when both inputs are mapped', () => {
    const wrong: typeof table.add = {
      ...table.add,
      batch: (batching) =>
        batching.mapped.every((isMapped) => isMapped)
          ? batching.again(batching.params, batching.inputs)
          : table.add.batch(batching)
    }
    expect(red(laws.primitive(wrong))).toEqual([batch])
  })

  it('a shape rule that claims more than there is', () => {
    const wrong: typeof table.exp = { ...table.exp, shape: (_, [x]) => E.right([...x!, 2]) }
    expect(red(laws.primitive(wrong))).toContain(shape)
  })

  it('a count of operations that is negative', () => {
    expect(red(laws.primitive(broken(table.exp, { flops: () => -1 })))).toEqual([shape, costs])
  })

  it('a shape rule that takes anything', () => {
    const wrong: typeof table.add = { ...table.add, shape: (_, [x]) => E.right(x!) }
    expect(red(laws.primitive(wrong))).toContain(refusal)
  })

  it('an exception, which is told as it is', () => {
    const wrong: typeof table.exp = {
      ...table.exp,
      vjp: () => {
        throw new TypeError('no rule')
      }
    }
    const [first] = laws.run(laws.primitive(wrong)).flatMap(({ outcome }) => (E.isLeft(outcome) ? [outcome.left] : []))
    expect(first?.disagreement).toMatchObject({ what: 'the outcome', actual: 'TypeError: no rule' })
  })

  it.each<readonly [string, Rule, RegExp, Primitive]>([
    ['the sign', (op, _, [x], __, t) => op.neg(op.mul(t, op.cos(x!))), /actual is −1 × expected: a sign\?/, table.sin],
    [
      'a factor',
      (op, _, [x], __, t) => op.mul(op.constant(2), op.mul(t, op.cos(x!))),
      /actual is 2 × expected/,
      table.sin
    ],
    [
      'a half',
      (op, _, [x], __, t) => op.mul(op.constant(0.5), op.mul(t, op.cos(x!))),
      /actual is 1\/2 × expected/,
      table.sin
    ],
    ['everything', (op, _, __, ___, t) => op.mul(op.constant(0), t), /actual is 0: taken for a constant/, table.sin],
    ['the chain rule', (_, __, ___, ____, t) => t, /actual is the tangent of the input/, table.sin],
    ['the derivative', (_, __, ___, y) => y, /actual is the value of the function/, table.cos]
  ])('and tells which common mistake it is: %s', (_, jvp, cause, of) => {
    const law = laws.primitive(broken(of, { jvp })).find(({ name }) => name === `${of.name}: ${numbers}`)
    // of the smallest counterexample now and then a second mistake makes the same
    const messages = Array.from({ length: 8 }, () => law!.check()).map((outcome) =>
      E.isLeft(outcome) ? laws.showFailure(outcome.left) : ''
    )
    expect(messages.some((message) => cause.test(message))).toBe(true)
    for (const message of messages) expect(message).toMatch(/\(relative error \S+, condition \S+\)/)
  })

  it('and says of no mistake that it is a common one, where none explains every element', () => {
    const jvp: Rule = (op, _, [x], __, t) => op.mul(t, op.add(op.cos(x!), op.constant(0.123)))
    const law = laws.primitive(broken(table.sin, { jvp })).find(({ name }) => name === `sin: ${numbers}`)
    const outcome = law!.check()
    expect(E.isLeft(outcome) && outcome.left.disagreement.cause).toBe(undefined)
  })
})
