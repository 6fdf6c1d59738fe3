import fc from 'fast-check'
import { pipe } from 'fp-ts/lib/function.js'
import { describe, expect, it } from 'vitest'
import * as laws from '../../laws/index.ts'
import * as g from '../../src/index.ts'
import '../support/matchers.ts'

const sumOfSquares = (x: g.Vec): g.Scalar => g.sum(g.square(x))

/** A function that counts how often it is run. */
const counted = <A extends readonly unknown[], B>(f: (...args: A) => B) => {
  let calls = 0
  return {
    f: (...args: A): B => {
      calls++
      return f(...args)
    },
    calls: () => calls
  }
}

describe('a compiled function', () => {
  it('runs the function once for each signature of its arguments', () => {
    const { f, calls } = counted(sumOfSquares)
    const compiled = g.compile(f)
    expect(compiled(g.tensor([1, 2]))).toBeTensor(5)
    expect(compiled(g.tensor([3, 4]))).toBeTensor(25)
    expect(calls()).toBe(1)
    expect(compiled(g.tensor([1, 2, 3]))).toBeTensor(14)
    expect(calls()).toBe(2)
    expect(compiled(g.tensor([5, 6]))).toBeTensor(61)
    expect(calls()).toBe(2)
  })

  it('takes and gives records, arrays and plain values', () => {
    const f = ({ a, b: [c] }: { readonly a: g.Vec; readonly b: readonly [g.Scalar] }, scale: number) => ({
      scaled: [g.mul(g.scalar(scale))(a)] as const,
      sum: g.add(c)(g.sum(a)),
      scale,
      name: 'result'
    })
    const compiled = g.compile(f)
    const given = { a: g.tensor([1, 2]), b: [g.scalar(3)] } as const
    expect(compiled(given, 2)).toEqual(f(given, 2))
    expect(compiled(given, 5)).toEqual(f(given, 5))
    expect(compiled({ a: g.tensor([4, 5]), b: [g.scalar(1)] }, 2)).toEqual(
      f({ a: g.tensor([4, 5]), b: [g.scalar(1)] }, 2)
    )
  })

  it('gives tensors of its own: a later call does not change them, nor do they share with arguments', () => {
    const compiled = g.compile((x: g.Vec) => ({ same: x, twice: g.add(x)(x) }))
    const first = compiled(g.tensor([1, 2]))
    const second = compiled(g.tensor([3, 4]))
    expect(first.same).toBeTensor([1, 2])
    expect(first.twice).toBeTensor([2, 4])
    expect(second.same).toBeTensor([3, 4])
    const large = g.compile((x: g.Vec) => g.neg(x))
    const [a, b] = [g.full([5000])(1), g.full([5000])(2)]
    const results = [large(a), large(b), large(a)]
    expect(results.map((x) => g.toNumber(g.mean(x)))).toEqual([-1, -2, -1])
  })

  it('may give what is no computation: an argument, or a constant', () => {
    const constant = g.tensor([7, 8])
    const compiled = g.compile((x: g.Vec) => [x, constant, x] as const)
    const [a, b, c] = compiled(g.tensor([1, 2]))
    expect(a).toBeTensor([1, 2])
    expect(b).toBeTensor([7, 8])
    expect(c).toBeTensor([1, 2])
  })

  it('takes random keys as data', () => {
    const { f, calls } = counted((key: g.random.Key) => {
      const [first, second] = g.random.split(2)(key)
      return {
        uniform: g.random.uniform([3, 2], { min: -1, max: 4 })(first),
        normal: g.random.normal([5])(g.random.foldIn(3)(second)),
        coin: g.random.bernoulli(0.3, [20])(second),
        next: g.random.foldIn(1)(first),
        same: key
      }
    })
    const compiled = g.compile(f)
    fc.assert(
      fc.property(laws.arbitrary.key, (key) => {
        const [ours, theirs] = [compiled(key), f(key)]
        expect(ours.uniform).toBeTensor(g.toArray(theirs.uniform))
        expect(ours.normal).toBeCloseToTensor(g.toArray(theirs.normal), { rtol: 1e-12, atol: 1e-14 })
        expect(ours.coin).toBeTensor(g.toArray(theirs.coin))
        expect(ours.next).toEqual(theirs.next)
        expect(ours.same).toEqual(key)
      }),
      { numRuns: 20 }
    )
    expect(calls()).toBe(1 + 20)
    const single = g.compile((key: g.random.Key) => ({ key, child: g.random.foldIn(9)(key) }), { precision: 'single' })
    const key = g.random.key(123456789012)
    expect(single(key)).toEqual({ key, child: g.random.foldIn(9)(key) })
  })

  it('keeps a key that does not depend on its arguments', () => {
    const key = g.random.key(5)
    expect(g.compile((x: g.Scalar) => ({ x, key }))(g.scalar(1)).key).toEqual(key)
  })

  it('can be differentiated, mapped, and be part of what is compiled', () => {
    const compiled = g.compile(sumOfSquares)
    const x = g.tensor([1, 2])
    expect(g.grad(compiled)(x)).toBeTensor([2, 4])
    expect(g.grad((y: g.Vec) => g.sum(g.mul(y)(g.grad(compiled)(y))))(x)).toBeTensor([4, 8])
    expect(
      g.vmap(compiled)(
        g.tensor([
          [1, 2],
          [3, 4]
        ]) as never
      )
    ).toBeTensor([5, 25])
    const outer = g.compile((y: g.Vec) => g.mul(g.scalar(2))(compiled(y)))
    expect(outer(x)).toBeTensor(10)
    expect(g.compile(g.grad(compiled))(x)).toBeTensor([2, 4])
  })

  it('follows what it closes over when an outer function traces it', () => {
    const x = g.tensor([3, 4])
    const f = (w: g.Vec) => g.compile((y: g.Vec) => g.sum(g.mul(w)(y)))(x)
    expect(g.grad(f)(g.tensor([1, 2]))).toBeTensor([3, 4])
    expect(g.compile(f)(g.tensor([1, 2]))).toBeTensor(11)
    const constant = (w: g.Vec) => g.compile((_: g.Vec) => g.sum(g.square(w)))(x)
    expect(g.grad(constant)(g.tensor([1, 2]))).toBeTensor([2, 4])
  })

  it('works on empty tensors and on none', () => {
    const compiled = g.compile((x: g.Vec) => ({ sum: g.sum(x), twice: g.add(x)(x) }))
    const { sum, twice } = compiled(g.zeros([0]))
    expect(sum).toBeTensor(0)
    expect(twice.shape).toEqual([0])
    expect(g.compile(() => g.ones([2]))()).toBeTensor([1, 1])
    expect(g.compile(() => ({}))()).toEqual({})
  })

  it('has room for a product of matrices of which neither way round is much cheaper', () => {
    const product = (x: g.Mat, w: g.Mat): g.Mat => g.matmul(w)(x)
    const numbers = (shape: readonly [number, number], name: number): g.Mat =>
      g.random.normal(shape)(g.random.key(name))
    const w = numbers([784, 128], 0)
    ;[83, 85, 91, 95].forEach((rows) => {
      const x = numbers([rows, 784], rows)
      expect(g.compile(product)(x, w)).toBeTensor(product(x, w))
    })
  })

  it('in single precision rounds as single precision does', () => {
    const third = g.compile((x: g.Scalar) => g.div(g.scalar(3))(x), { precision: 'single' })
    expect(g.toNumber(third(g.scalar(1)))).toBe(Math.fround(1 / 3))
  })

  it('runs a primitive that has no kernel by its reference loop', () => {
    const cubes = (x: g.Tensor): g.Tensor => g.apply(cube, {}, [x])
    const three = g.scalar(3) as unknown as g.Tensor
    const cube: g.Primitive<object> = {
      ...g.table.square,
      name: 'cube',
      evaluate: (_: object, [x]: readonly g.Tensor[]) =>
        Float64Array.from(g.toFlatArray(x!)).map((value) => value ** 3),
      vjp: (_: object, __: object, [x]: readonly g.Tensor[], ___: g.Tensor, ct: g.Tensor) =>
        g.primitive.vocabulary.mul(ct, g.primitive.vocabulary.mul(three, g.primitive.vocabulary.square(x!))),
      jvp: (_: object, __: object, [x]: readonly g.Tensor[], ___: g.Tensor, t: g.Tensor) =>
        g.primitive.vocabulary.mul(t, g.primitive.vocabulary.mul(three, g.primitive.vocabulary.square(x!)))
    } as never
    expect(g.compile((x: g.Vec) => g.add(x)(cubes(x as never) as never))(g.tensor([1, 2]))).toBeTensor([2, 10])
  })
})

describe('what cannot be compiled', () => {
  const vector = g.tensor([1, -2])

  it('is a branch on a number that is computed', () => {
    const branch = g.compile((x: g.Vec) => (g.toNumber(g.sum(x)) > 0 ? x : g.neg(x)))
    expect(() => branch(vector)).toThrow(/^toNumber: .*where, .*scan/)
  })

  it('is a result that is no tensor and no plain value', () => {
    expect(() => g.compile((x: g.Vec) => ({ f: () => x }))(vector)).toThrow(
      'compile: the result.f is a function; a compiled function returns tensors, in records and arrays'
    )
    expect(() => g.compile((x: g.Vec) => [x, new Map()] as const)(vector)).toThrow('the result[1] is a Map')
  })

  it('is a program that needs more memory than it may have, refused before it has any', () => {
    const f = g.compile((x: g.Mat) => g.matmul(x)(x), { memoryLimit: 100_000 })
    const before = process.memoryUsage().arrayBuffers
    expect(() => f(g.ones([100, 100]))).toThrow(
      /^compile: the program needs \d+ bytes of memory, and the limit is 100000; raise memoryLimit, or work on smaller batches$/
    )
    expect(process.memoryUsage().arrayBuffers - before).toBeLessThan(500_000)
    expect(f(g.ones([10, 10]))).toBeTensor(g.toArray(g.full([10, 10])(10)))
  })

  it('is a program of more than a gibibyte, where no limit is set', () => {
    const f = g.compile((x: g.Scalar) => g.exp(g.broadcastTo([2 ** 14, 2 ** 13 + 1])(x)))
    expect(() => f(g.scalar(1))).toThrow(/ bytes of memory, and the limit is 1073741824; raise memoryLimit/)
  })

  it.each([
    [{ precision: 'half' }, "compile: precision must be 'double' or 'single', got \"half\""],
    [{ relaxedSimd: 1 }, 'compile: relaxedSimd must be true or false, got 1'],
    [{ memoryLimit: 0 }, 'compile: memoryLimit must be a whole number of bytes, got 0'],
    [{ memoryLimit: 1.5 }, 'compile: memoryLimit must be a whole number of bytes, got 1.5'],
    [{ show: 3 }, 'compile: show'],
    ['double', 'compile'],
    [null, 'compile']
  ])('has options that are wrong: %j', (options, message) => {
    expect(() => g.compile(sumOfSquares, options as never)).toThrow(message)
  })

  it('is no function', () => {
    expect(() => g.compile(3 as never)).toThrow(/compile.*function/)
  })

  it('throws what the function throws, each time', () => {
    const f = g.compile((x: g.Vec) => g.add(g.tensor([1, 2, 3]) as never)(x))
    expect(() => f(vector)).toThrow('add')
    expect(() => f(vector)).toThrow('add')
  })

  it('names an index that is no row while the program runs, and runs on afterwards', () => {
    const f = g.compile((i: g.Vec) => g.take({ axis: 0 })(i as never)(g.tensor([10, 20, 30])))
    expect(f(g.tensor([2, 0]))).toBeTensor([30, 10])
    expect(() => f(g.tensor([0, 3]))).toThrow('take: index 3 at position 1 is not a row; use whole numbers from 0 to 2')
    expect(f(g.tensor([1, 1]))).toBeTensor([20, 20])
  })
})

describe('a cache of programs', () => {
  it('is bounded, and forgets those used longest ago', () => {
    const cache = g.programCache({ limit: 2 })
    const { f, calls } = counted(sumOfSquares)
    const compiled = g.compile(f, { cache })
    const call = (n: number) => compiled(g.ones([n]))
    call(1)
    call(2)
    call(1)
    call(3)
    expect(cache.size()).toBe(2)
    expect(calls()).toBe(3)
    call(1)
    expect(calls()).toBe(3)
    call(2)
    expect(calls()).toBe(4)
    cache.clear()
    expect(cache.size()).toBe(0)
    call(2)
    expect(calls()).toBe(5)
  })

  it('is shared by functions without mixing them up', () => {
    const cache = g.programCache()
    const [twice, square] = [(x: g.Vec) => g.add(x)(x), (x: g.Vec) => g.square(x)].map((f) => g.compile(f, { cache }))
    expect(twice!(g.tensor([3]))).toBeTensor([6])
    expect(square!(g.tensor([3]))).toBeTensor([9])
    expect(cache.size()).toBe(2)
  })

  it.each([0, -1, 1.5, NaN])('needs a limit of at least 1, not %s', (limit) => {
    expect(() => g.programCache({ limit })).toThrow(`programCache: limit must be a whole number of at least 1`)
  })
})

describe('the program in the making', () => {
  it('is shown as it was traced and after each pass', () => {
    const stages: g.CompileStage[] = []
    const f = (x: g.Vec) => pipe(g.mul(g.scalar(2))(g.scalar(3)), (six) => g.sum(g.mul(six)(g.add(x)(x))))
    g.compile(f, { show: (stage) => stages.push(stage) })(g.tensor([1, 2]))
    const [first] = stages
    expect(first!.name).toBe('trace')
    expect(stages.length).toBeGreaterThan(3)
    expect(new Set(stages.map(({ name }) => name)).size).toBe(stages.length)
    expect(stages.every(({ tape }) => g.showTape(tape).includes('sum'))).toBe(true)
  })
})
