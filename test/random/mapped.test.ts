/** Keys as tensors: mapped, looped over, chosen and compiled, they draw what each of them draws alone. */
import * as E from 'fp-ts/lib/Either.js'
import { describe, expect, it } from 'vitest'
import * as g from '../../src/index.ts'
import { fc, test } from '../support/property.ts'
import { anyKey } from './support.ts'

const { compile, random, scan, vmap } = g
const op = g.primitive.vocabulary

type Key = g.random.Key
type Draw = (key: Key) => g.Tensor

/** Everything that a key is used for. */
const draws: Readonly<Record<string, Draw>> = {
  uniform: random.uniform([2, 3], { min: -1, max: 3 }),
  'uniform, one number': random.uniform([]),
  'uniform, no numbers': random.uniform([0, 2]),
  normal: random.normal([3], { mean: 1, standardDeviation: 2 }),
  truncatedNormal: random.truncatedNormal([5]),
  bernoulli: random.bernoulli(0.3, [4]),
  randint: random.randint([3], { min: -4, max: 100 }),
  categorical: random.categorical([0.2, 0, 0.8], [3]),
  bits: random.bits([3]),
  poisson: random.poisson([4], { rate: 2.5 }),
  multinomial: random.multinomial([2], { n: 5, probabilities: [0.2, 0, 0.8] }),
  permutation: random.permutation(5),
  'choice with replacement': random.choice(4, { count: 3, replace: true }),
  'choice without replacement': random.choice(4, { count: 3, replace: false }),
  'choice by probabilities': random.choice(3, {
    count: 2,
    replace: false,
    probabilities: [0.2, 0.3, 0.5]
  }),
  'permutation of rows': random.permutation(
    g.tensor([
      [1, 2],
      [3, 4],
      [5, 6]
    ])
  ),
  'a child of split': (key) => random.split(3)(key)[1],
  keys: random.keys(3),
  foldIn: random.foldIn(2 ** 40 + 7),
  'draws of children of children': (key) =>
    op.concat(
      random
        .split(2)(random.foldIn(3)(key))
        .map((child) => random.uniform([2])(child)),
      0
    )
}

const stacked = (xs: readonly g.Tensor[]): g.Tensor =>
  op.concat(
    xs.map((x) => op.reshape(x, [1, ...x.shape])),
    0
  )

const map = vmap as unknown as (f: Draw) => (keys: g.Tensor) => g.Tensor
const precisions = ['double', 'single'] as const
const singles = (x: g.Tensor): g.Tensor => op.reshape(g.tensor(g.toFlatArray(x).map(Math.fround)), x.shape)
const rounded = (x: g.Tensor, draw: string): g.Tensor => (/bits|key|split|fold/u.test(draw) ? x : singles(x))

/** Single precision keeps a number within its range, so that it may be the next one. */
const expectSame = (actual: g.Tensor, expected: g.Tensor, precision: 'double' | 'single', draw: string): void => {
  expect(actual.shape).toEqual(expected.shape)
  if (precision === 'double' || !/uniform|children/u.test(draw))
    expect(actual).toEqual(precision === 'double' ? expected : rounded(expected, draw))
  else g.toFlatArray(actual).forEach((x, i) => expect(x).toBeCloseTo(g.toFlatArray(expected)[i]!, 6))
}

describe.each(Object.entries(draws))('%s', (name, draw) => {
  test.prop([anyKey, fc.integer({ min: 1, max: 5 })])('of mapped keys is that of each key', (key, n) => {
    expect(map(draw)(random.keys(n)(key))).toEqual(stacked(random.split(n)(key).map(draw)))
  })

  test.prop([anyKey, fc.integer({ min: 1, max: 3 }), fc.constantFrom(...precisions)], { numRuns: 12 })(
    'of mapped keys in a program is that of each key',
    (key, n, precision) => {
      const expected = stacked(random.split(n)(key).map(draw))
      const mapped = compile(map(draw), { precision, checked: true })(random.keys(n)(key))
      expectSame(mapped, expected, precision, name)
      // the keys made inside, and keys that do not lie one after the other
      const inside = compile((own: Key) => map(draw)(random.keys(n)(own)), { precision, checked: true })(key)
      expectSame(inside, expected, precision, name)
      const turned = g.transpose(random.keys(n)(key)) as unknown as g.Tensor
      const across = compile((xs: g.Tensor) => map(draw)(op.permute(xs, [1, 0])), { precision, checked: true })
      expectSame(across(turned), expected, precision, name)
    }
  )

  it('is drawn in the steps of a scan along keys as outside of it', () => {
    const keys = random.keys(4)(random.key(2 ** 45 + 3))
    const along = (xs: g.Tensor) =>
      (
        scan as unknown as (
          f: (c: g.Scalar, key: Key) => readonly [g.Scalar, g.Tensor]
        ) => (c: g.Scalar, xs: g.Tensor) => readonly [g.Scalar, g.Tensor]
      )((c, key) => [c, draw(key)])(g.scalar(0), xs)[1]
    const expected = stacked(
      random
        .split(4)(random.key(2 ** 45 + 3))
        .map(draw)
    )
    expect(along(keys)).toEqual(expected)
    expect(compile(along)(keys)).toEqual(expected)
  })

  it('has no gradient by its key', () => {
    const f = (key: Key) => g.sum(draw(key))
    expect(g.toArray(g.grad(f as never)(random.key(3) as never))).toEqual([0, 0])
  })
})

describe('folding', () => {
  const numbers = fc.oneof(fc.nat({ max: 9 }), fc.maxSafeNat(), fc.constantFrom(2 ** 24 + 1, 2 ** 53 - 1))
  const fold = (key: Key, data: g.Scalar): Key => random.foldIn(data)(key)

  test.prop([anyKey, fc.array(numbers, { minLength: 1, maxLength: 4 }), fc.constantFrom(...precisions)])(
    'maps over keys, over numbers and over both, in either precision',
    (key, data, precision) => {
      const n = data.length
      const [keys, all] = [random.split(n)(key), g.tensor(data)]
      const cases = [
        [vmap(fold), [random.keys(n)(key), all], keys.map((own, i) => random.foldIn(data[i]!)(own))],
        [vmap(fold, { in: [null, 0] }), [key, all], data.map((own) => random.foldIn(own)(key))],
        [vmap(fold, { in: [0, null] }), [random.keys(n)(key), g.scalar(data[0]!)], keys.map(random.foldIn(data[0]!))]
      ] as unknown as readonly (readonly [
        (...xs: readonly g.Tensor[]) => g.Tensor,
        readonly g.Tensor[],
        readonly Key[]
      ])[]
      cases.forEach(([f, given, expected]) => {
        expect(f(...given)).toEqual(stacked(expected))
        expect(compile(f, { precision, checked: true })(...given)).toEqual(stacked(expected))
      })
    }
  )

  test.prop([anyKey, fc.integer({ min: 2 ** 24, max: 2 ** 51 }), fc.constantFrom(...precisions)])(
    'counts on exactly by arithmetic on numbers, in either precision',
    (key, count, precision) => {
      const f = (own: Key, at: g.Scalar) => {
        const next = g.add(1)(at)
        const far = g.sub(3)(g.mul(2)(at))
        return { next, keys: [at, next, far, g.sum(g.stack([at, next]))].map((x) => random.foldIn(x)(own)) }
      }
      expect(compile(f, { precision, checked: true })(key, g.scalar(count))).toEqual(f(key, g.scalar(count)))
    }
  )

  it.each([-1, 0.5, 2 ** 53, NaN, Infinity])('refuses %s where it is computed, and in a program too', (data) => {
    const f = (key: Key, x: g.Scalar) => random.foldIn(g.mul(1)(x))(key)
    const refusal = expect.objectContaining({
      name: 'ValueError',
      message: expect.stringContaining(`from 0 to 2^53 − 1, got ${data}`)
    })
    expect(() => f(random.key(0), g.scalar(data))).toThrow(refusal)
    for (const precision of precisions)
      expect(() => compile(f, { precision })(random.key(0), g.scalar(data))).toThrow(refusal)
  })

  it('refuses what is no key in a program too', () => {
    for (const precision of precisions)
      for (const draw of Object.values(draws).filter((one) => one(random.key(0)).shape[0] !== 0))
        expect(() => compile(draw, { precision })(g.tensor([0.5, 1]) as unknown as Key)).toThrow(/needs a random key/u)
  })
})

describe('in a program of single precision', () => {
  const single = <F extends (...args: never) => unknown>(f: F): F => compile(f, { precision: 'single', checked: true })
  const mask = fc.constantFrom(0, 1)

  test.prop([anyKey, anyKey, mask, fc.integer({ min: 0, max: 2 })])(
    'keys that are only moved keep all their bits, whatever moves them',
    (a, b, chosen, row) => {
      const f = (x: Key, y: Key, condition: g.Scalar, at: g.Scalar) => {
        const both = g.stack([x, y, x])
        return {
          x,
          both,
          chosen: op.where(condition, x, y),
          turned: op.permute(both, [1, 0]),
          flat: op.reshape(op.permute(both, [1, 0]), [6]),
          part: op.slice(both, [1, 0], [2, 2]),
          padded: op.pad(x, [1], [4]),
          repeated: op.broadcastTo(x, [3, 2]),
          rows: op.gather(both, op.reshape(at, [1])),
          joined: op.concat([x, y], 0),
          known: random.key(2 ** 52 + 1)
        }
      }
      const given = [a, b, g.scalar(chosen), g.scalar(row)] as const
      expect(single(f)(...given)).toEqual(f(...given))
      // and moved first, then drawn from
      const drawn = (...args: typeof given) => {
        const { chosen: one, rows, turned } = f(...args)
        return [
          random.keys(2)(one as Key),
          random.foldIn(1)(op.reshape(rows, [2]) as unknown as Key),
          vmap(random.keys(1) as never)(op.permute(turned, [1, 0]) as never)
        ]
      }
      expect(single(drawn)(...given)).toEqual(drawn(...given))
    }
  )

  test.prop([anyKey])('a key is read as numbers by arithmetic, rounded, and stays a key beside it', (key) => {
    const f = (own: Key, x: g.Vec<2>) => ({
      own,
      sum: g.add(x)(own as unknown as g.Vec<2>),
      both: op.concat([own, g.mul(2)(x)], 0),
      child: random.split(1)(own)[0]
    })
    const x = g.tensor([1, 2])
    const [ours, theirs] = [single(f)(key, x), f(key, x)]
    expect([ours.own, ours.child, ours.both]).toEqual([theirs.own, theirs.child, theirs.both])
    g.toFlatArray(ours.sum).forEach((value, i) => {
      const [word, addend] = [g.toFlatArray(key)[i]!, g.toFlatArray(x)[i]!]
      expect(value).toBe(Math.fround(Math.fround(word) + addend))
    })
  })

  test.prop([anyKey])('a key made by arithmetic is made in doubles', (key) => {
    const f = (own: Key, other: Key) => random.keys(2)(op.maximum(own, op.mul(other, op.constant(1))) as Key)
    expect(single(f)(key, random.key(5))).toEqual(f(key, random.key(5)))
  })

  it('whole numbers that are drawn to choose something are refused where they would be rounded', () => {
    const f = single(random.randint([4], { min: 2 ** 30 + 1, max: 2 ** 30 + 2 }))
    expect(() => f(random.key(0))).toThrow(/^randint: 1073741825 is not a number of single precision/u)
  })
})

describe('keys of all kinds of places', () => {
  const start = random.key(2 ** 50 + 77)

  it('are mapped within a map, and drawn with in the order of their axes', () => {
    const keys = vmap(random.keys(3))(random.keys(2)(start))
    const drawn = vmap((row: g.Tensor<[3, 2]>) => vmap(random.normal([2]))(row))
    const expected = random
      .split(2)(start)
      .map((own) =>
        random
          .split(3)(own)
          .map((k) => g.toArray(random.normal([2])(k)))
      )
    expect(g.toArray(drawn(keys))).toEqual(expected)
    expect(g.toArray(compile(drawn)(keys))).toEqual(expected)
  })

  it('give each example of a map a dropout of its own', () => {
    const layer = g.nn.dropout({ keepProbability: 0.5 })
    const drop = (x: g.Vec<8>, key: Key) => layer.apply(g.nn.training(key))(x)
    const rows = random.normal([3, 8])(random.key(1))
    const expected = random
      .split(3)(start)
      .map((key, i) => g.toArray(drop(g.get(i)(rows) as g.Vec<8>, key)))
    expect(g.toArray(vmap(drop)(rows, random.keys(3)(start)))).toEqual(expected)
    expect(g.toArray(compile(vmap(drop))(rows, random.keys(3)(start)))).toEqual(expected)
    // and its gradient is the mask of each
    const gradient = vmap((x: g.Vec<8>, key: Key) => g.grad((own: g.Vec<8>) => g.sum(drop(own, key)))(x))
    const masks = expected.map((row) => row.map((value) => (value === 0 ? 0 : 2)))
    expect(g.toArray(gradient(rows, random.keys(3)(start)))).toEqual(masks)
  })

  it('are gone along by a scan, with their types', () => {
    const walk = scan((x: g.Scalar, key: Key) => {
      const next = g.add(random.normal([])(key))(x)
      return [next, next] as const
    })
    const [end, path] = walk(g.scalar(0), random.keys(4)(start))
    const steps = random
      .split(4)(start)
      .map((key) => g.toNumber(random.normal([])(key)))
    expect(g.toNumber(end)).toBeCloseTo(
      steps.reduce((sum, x) => sum + x, 0),
      12
    )
    expect(path.shape).toEqual([4])
  })

  it.each(precisions)(
    'are made of what is drawn, and read by a primitive of one’s own, exactly in %s precision',
    (precision) => {
      const reversed = g.primitive.nonDifferentiable<g.NoParams>({
        name: 'reversed',
        arity: 1,
        domain: [{ min: 0, max: 1, avoid: [] }],
        shape: (_, [x]) => E.right(x!),
        evaluate: (_, [x]) => Float64Array.from(g.toFlatArray(x!)).reverse(),
        batch: ({ params, inputs, again }) => again(params, inputs),
        flops: () => 0
      })
      const f = (key: Key) => {
        const seed = random.randint([], { min: 2 ** 40, max: 2 ** 50 })(key)
        const other = g.apply(reversed, {}, [key]) as unknown as Key
        return [random.foldIn(seed)(key), random.foldIn(1)(other), ...random.split(2)(other)]
      }
      expect(compile(f, { precision, checked: true })(start)).toEqual(f(start))
    }
  )

  it.each([undefined, 'double', 'single'] as const)(
    'are a state that each step of training splits: %s',
    (precision) => {
      const noisy: g.nn.Layer<readonly [], { readonly key: g.Tensor }, [2], [2]> = {
        name: 'noisy',
        input: [2],
        output: [2],
        usesKey: false,
        hasParams: false,
        hasState: true,
        init: (key) => ({ params: [], state: { key } }),
        apply: () => (_, state) => (x) => {
          const [next, now] = random.split(2)(random.fromWords(state.key as g.Tensor<[2]>))
          const noise = random.uniform([2])(now)
          return [g.add(noise)(x as never) as never, { key: next }]
        }
      }
      const problem = {
        model: g.nn.sequential(noisy, g.nn.dense({ inputs: 2, outputs: 1 })),
        loss: g.nn.meanSquaredError,
        optimizer: g.optim.sgd({ learningRate: 0.01 })
      }
      const data = { inputs: random.normal([8, 2])(random.key(1)), targets: random.normal([8, 1])(random.key(2)) }
      const settings = { epochs: 3, batchSize: 4, compile: precision === undefined ? false : { precision } }
      const from = g.train.start(problem)(start)
      const end = g.train.fit(problem, settings)(data)(from)
      const expected = Array.from({ length: 6 }).reduce<Key>(
        (key) => random.split(2)(key)[0],
        random.fromWords((from.modelState as unknown as readonly { readonly key: g.Tensor<[2]> }[])[0]!.key)
      )
      expect(E.isRight(end) ? end.right.notCompiled : end.left).toBe(undefined)
      const last = E.isRight(end) ? end.right.modelState : []
      expect((last as unknown as readonly { readonly key: g.Tensor }[])[0]!.key).toEqual(expected)
    }
  )
})
