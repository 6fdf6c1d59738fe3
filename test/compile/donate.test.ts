/** Arguments that a call may use up, and results that stay in a program's memory until they are read. */
import { inspect } from 'node:util'
import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { compile, programCache } from '../../src/compile/index.ts'
import { add, take, matmul, mean, mul, reshape, square, sub, sum } from '../../src/ops/index.ts'
import * as random from '../../src/random/index.ts'
import { ones, scalar, tensor } from '../../src/tensor/construct.ts'
import { toArray, toNumber } from '../../src/tensor/read.ts'
import type { Scalar, Tensor, Vec } from '../../src/tensor/tensor.ts'
import { valueAndGrad } from '../../src/transform/grad.ts'
import { scan } from '../../src/transform/scan.ts'

interface State {
  readonly position: Vec<3>
  readonly speed: Vec<3>
  readonly steps: Scalar
}
const begin: State = { position: tensor([1, 2, 3]), speed: tensor([0, 0, 0]), steps: scalar(0) }
const move = ({ position, speed, steps }: State, force: Vec<3>): readonly [State, Scalar] => {
  const next = add(force)(mul(scalar(0.5))(speed))
  return [{ position: add(next)(position), speed: next, steps: add(scalar(1))(steps) }, sum(square(next))]
}
/** Sums of a program round otherwise than those outside. */
const plainly = compile(move)
const numbersOf = ({ position, speed, steps }: State) => [toArray(position), toArray(speed), toNumber(steps)]
const forces = (seed: number, count: number): readonly Vec<3>[] =>
  random
    .split(count)(random.key(seed))
    .map((key) => random.normal([3])(key))

describe('a function compiled with donate', () => {
  it('hands its state on as the function itself does, whatever is read on the way', () => {
    fc.assert(
      fc.property(
        fc.integer(),
        fc.array(fc.constantFrom('nothing', 'state', 'loss', 'both'), { maxLength: 12 }),
        (seed, reads) => {
          const donated = compile(move, { donate: [0] })
          let [ours, theirs] = [begin, begin]
          forces(seed, reads.length).forEach((force, i) => {
            const [next, loss] = donated(ours, force)
            const [wanted, wantedLoss] = plainly(theirs, force)
            if (reads[i] === 'loss' || reads[i] === 'both') expect(toNumber(loss)).toBe(toNumber(wantedLoss))
            if (reads[i] === 'state' || reads[i] === 'both') expect(numbersOf(next)).toEqual(numbersOf(wanted))
            ours = next
            theirs = wanted
          })
          expect(numbersOf(ours)).toEqual(numbersOf(theirs))
        }
      )
    )
  })

  it('keeps the results that it is not handed back', () => {
    const donated = compile(move, { donate: [0] })
    const all = forces(1, 5)
    const found: (readonly [State, Scalar])[] = []
    all.forEach((force) => found.push(donated(begin, force)))
    all.forEach((force, i) => {
      const [state, loss] = plainly(begin, force)
      expect(numbersOf(found[i]![0])).toEqual(numbersOf(state))
      expect(toNumber(found[i]![1])).toBe(toNumber(loss))
    })
    expect(numbersOf(begin)).toEqual([[1, 2, 3], [0, 0, 0], 0])
  })

  it('reads the losses of the steps before, which are not donated, before they are overwritten', () => {
    const donated = compile(move, { donate: [0] })
    const losses: Scalar[] = []
    let state = begin
    forces(2, 4).forEach((force) => {
      const [next, loss] = donated(state, force)
      losses.push(loss)
      state = next
    })
    expect(new Set(losses.map(toNumber)).size).toBe(4)
  })

  it('says of a tensor that was used up what used it', () => {
    const donated = compile(move, { donate: [0] })
    const [force] = forces(3, 1)
    const [first] = donated(begin, force!)
    donated(first, force!)
    expect(() => toArray(first.position)).toThrow(/compile: this tensor of shape \[3\] was donated/)
    expect(() => add(first.speed)(force!)).toThrow(/donated/)
    expect(() => donated(first, force!)).toThrow(/donated/)
    expect(inspect(first.position)).toBe('Tensor [3] (donated)')
    const printable: { readonly toString: () => string } = first.position
    expect(printable.toString()).toBe('Tensor [3] (donated)')
  })

  it('takes a state whose tensors have changed places', () => {
    const swap = ({ a, b }: { readonly a: Vec<2>; readonly b: Vec<2> }) => ({ a: add(b)(a), b: mul(scalar(2))(b) })
    const donated = compile(swap, { donate: [0] })
    let [ours, theirs] = [0, 1].map(() => ({ a: tensor([1, 2]), b: tensor([3, 5]) })) as [
      Parameters<typeof swap>[0],
      Parameters<typeof swap>[0]
    ]
    for (let i = 0; i < 4; i++) {
      const [mine, plain] = [donated(ours), swap(theirs)]
      ours = { a: mine.b, b: mine.a }
      theirs = { a: plain.b, b: plain.a }
    }
    expect([toArray(ours.a), toArray(ours.b)]).toEqual([toArray(theirs.a), toArray(theirs.b)])
  })

  it('trains as the loop without it, in both precisions, on states larger than what is always copied', () => {
    const x = random.normal([20, 40])(random.key(1))
    const y = random.normal([20, 30])(random.key(2))
    const step = (w: Tensor<[40, 30]>, rate: Scalar): readonly [Tensor<[40, 30]>, Scalar] => {
      const { value, grad } = valueAndGrad((weights: Tensor<[40, 30]>) => mean(square(sub(y)(matmul(weights)(x)))))(w)
      return [sub(mul(rate)(grad))(w), value]
    }
    for (const precision of ['double', 'single'] as const) {
      const [donated, plain] = [compile(step, { precision, donate: [0] }), compile(step, { precision })]
      const start = random.normal([40, 30])(random.key(3))
      let [ours, theirs] = [start, start]
      for (let i = 0; i < 20; i++) {
        ours = donated(ours, scalar(0.1))[0]
        theirs = plain(theirs, scalar(0.1))[0]
      }
      expect(toArray(ours)).toEqual(toArray(theirs))
    }
  })

  it('is compared and shown as any other result', () => {
    const donated = compile(move, { donate: [0] })
    const [force] = forces(4, 1)
    const [next] = donated(begin, force!)
    expect(next).toEqual(move(begin, force!)[0])
    expect(JSON.stringify(donated(begin, force!)[0].position)).toBe(JSON.stringify(move(begin, force!)[0].position))
  })

  it('shares its program with no other state: two loops in turns are two loops', () => {
    const cache = programCache({ limit: 4 })
    const donated = compile(move, { cache, donate: [0] })
    const all = forces(5, 6)
    let [a, b] = [begin, begin]
    let [c, d] = [begin, begin]
    all.forEach((force, i) => {
      if (i % 3 === 0) {
        a = donated(a, force)[0]
        c = move(c, force)[0]
      } else {
        b = donated(b, force)[0]
        d = move(d, force)[0]
      }
    })
    expect([numbersOf(a), numbersOf(b)]).toEqual([numbersOf(c), numbersOf(d)])
    expect(cache.size()).toBe(1)
  })

  it('leaves the scan of an epoch, its state handed on, bit for bit what it is without', () => {
    const epoch = (w: Vec<3>, xs: Tensor<[number, 3]>) =>
      scan((v: Vec<3>, x: Vec<3>) => [add(x)(mul(scalar(0.9))(v)), sum(square(v))] as const)(w, xs)
    const [donated, plain] = [compile(epoch, { donate: [0] }), compile(epoch)]
    const xs = random.normal([7, 3])(random.key(6)) as Tensor<[number, 3]>
    let [ours, theirs] = [tensor([1, 1, 1]), tensor([1, 1, 1])]
    for (let i = 0; i < 5; i++) {
      const [mine, losses] = donated(ours, xs)
      const [other, wanted] = plain(theirs, xs)
      expect(toArray(losses)).toEqual(toArray(wanted))
      ours = mine
      theirs = other
    }
    expect(toArray(ours)).toEqual(toArray(theirs))
  })

  it('forgets what a call that threw has left of a large argument', () => {
    const half = (w: Tensor<[2000]>, rows: Vec): readonly [Tensor<[2000]>, Tensor] => {
      const halved = mul(scalar(0.5))(w)
      return [halved, take({ axis: 0 })(rows)(reshape([1000, 2])(halved))]
    }
    const donated = compile(half, { donate: [0] })
    const w = ones([2000])
    expect(() => donated(w, tensor([5000]))).toThrow(/take: index 5000/)
    expect(toArray(donated(w, tensor([0]))[1])).toEqual([[0.5, 0.5]])
  })

  it('keeps a key that a state only carries to the bit in single precision', () => {
    const step = ({ w, key }: { readonly w: Vec<2>; readonly key: random.Key }) => ({ w: mul(scalar(0.5))(w), key })
    const donated = compile(step, { precision: 'single', donate: [0] })
    const key = random.key(0xdeadbeef12)
    const { w, key: carried } = donated(donated({ w: tensor([1, 2]), key }))
    expect(toArray(carried)).toEqual(toArray(key))
    expect(toArray(w)).toEqual([0.25, 0.5])
  })

  it('keeps a key to the bit whose place goes to a result that is computed', () => {
    const f = ({ a, b }: { readonly a: random.Key; readonly b: Vec<2> }) => ({ a: mul(scalar(0.5))(b), b: a })
    const key = random.key(0xdeadbeef12)
    for (const precision of ['double', 'single'] as const) {
      const found = compile(f, { precision, donate: [0] })({ a: key, b: tensor([1, 2]) })
      expect([toArray(found.a), toArray(found.b)]).toEqual([[0.5, 1], toArray(key)])
    }
  })

  it('refuses positions that no argument has', () => {
    expect(() => compile(square, { donate: [1] })(scalar(2))).toThrow(
      'compile: donate names argument 1, but the call has 1; positions count from 0'
    )
    expect(() => compile(square, { donate: [-1] })).toThrow(/donate/)
  })
})
