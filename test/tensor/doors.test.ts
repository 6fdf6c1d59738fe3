/** What a caller hands over stays his: changed afterwards, it changes nothing; and what is shared by all cannot be changed. */
import { describe, expect, it } from 'vitest'
import * as laws from '../../laws/index.ts'
import * as g from '../../src/index.ts'
import * as report from '../../src/report/index.ts'
import type { Tensor } from '../../src/tensor/tensor.ts'
import '../support/matchers.ts'

const x23 = g.tensor([
  [1, 2, 3],
  [4, 5, 6]
])
const any = <T>(value: unknown): T => value as T

/** Functions that are told numbers first and are given a tensor later: the settings, and what is begun with them. */
const later: Readonly<Record<string, readonly [number[], (settings: number[]) => () => Tensor]>> = {
  reshape: [
    [3, 2],
    (s) => {
      const f = g.reshape(s)
      return () => f(x23 as never)
    }
  ],
  broadcastTo: [
    [2, 2, 3],
    (s) => {
      const f = g.broadcastTo(s)
      return () => f(x23 as never)
    }
  ],
  permute: [
    [1, 0],
    (s) => {
      const f = g.permute(s)
      return () => f(x23 as never)
    }
  ],
  sum: [
    [0],
    (s) => {
      const f = g.sum({ axis: s })
      return () => f(x23 as never)
    }
  ],
  max: [
    [0],
    (s) => {
      const f = g.max({ axis: s })
      return () => f(x23 as never)
    }
  ],
  take: [
    [1, 0],
    (s) => {
      const f = g.take({ axis: 0 })(s)
      return () => any(f(x23))
    }
  ],
  full: [
    [2],
    (s) => {
      const f = g.full(s)
      return () => f(3)
    }
  ],
  as: [
    [2, 3],
    (s) => {
      const f = g.as(s)
      return () => f(x23)
    }
  ],
  vmap: [
    [1],
    (s) => {
      const f = g.vmap(g.square as never, { in: s })
      return () => any(f(x23 as never))
    }
  ],
  'data.rows': [
    [1, 0],
    (s) => {
      const f = g.data.rows(s)
      return () => any(f(g.data.xor).inputs)
    }
  ],
  'random.uniform': [
    [2],
    (s) => {
      const f = g.random.uniform(s)
      return () => f(g.random.key(0))
    }
  ],
  'random.categorical': [
    [0.5, 0.5],
    (s) => {
      const f = g.random.categorical(s)
      return () => f(g.random.key(0))
    }
  ],
  'nn.constant(0)': [
    [2],
    (s) => {
      const f = g.nn.constant(0)(s)
      return () => f(g.random.key(0))
    }
  ],
  'nn.heNormal': [
    [2, 3],
    (s) => {
      const f = g.nn.heNormal(s)
      return () => f(g.random.key(0))
    }
  ],
  'nn.flattenLayer': [
    [2, 3],
    (s) => {
      const layer = g.nn.flattenLayer(s)
      return () => any(g.nn.predict(layer)([], [])(x23 as never))
    }
  ],
  'nn.activation': [
    [3],
    (s) => {
      const layer = g.nn.activation(s)(g.relu)
      return () => any(g.nn.predict(layer)([], [])(x23 as never))
    }
  ]
}

describe('an array of settings, changed after the call', () => {
  for (const [name, [settings, begin]] of Object.entries(later))
    it(`changes nothing in ${name}, and is not frozen`, () => {
      const expected = g.toArray(begin([...settings])())
      const own = [...settings]
      const run = begin(own)
      const first = run()
      expect(first.shape).toBeDefined()
      expect(Object.isFrozen(own)).toBe(false)
      own.reverse()
      own.push(7)
      expect(first).toBeTensor(expected)
      expect(run()).toBeTensor(expected)
    })

  it('changes nothing in the shape of a pullback, by operations and by the vocabulary', () => {
    const words: Readonly<Record<string, readonly [number[], (x: Tensor, s: number[]) => Tensor]>> = {
      permute: [[1, 0], (x, s) => g.permute(s)(x as never)],
      'tensors.permute': [[1, 0], (x, s) => g.primitive.vocabulary.permute(x, s)],
      'tensors.reshape': [[3, 2], (x, s) => g.primitive.vocabulary.reshape(x, s)],
      'tensors.broadcastTo': [[4, 2, 3], (x, s) => g.primitive.vocabulary.broadcastTo(x, s)],
      'tensors.slice': [[0, 1], (x, s) => g.primitive.vocabulary.slice(x, s, [1, 3])],
      'tensors.pad': [[1, 0], (x, s) => g.primitive.vocabulary.pad(x, s, [4, 3])],
      'tensors.sum': [[0], (x, s) => g.primitive.vocabulary.sum(x, s, false)],
      'tensors.max': [[1], (x, s) => g.primitive.vocabulary.max(x, s, true)],
      'apply permute': [[1, 0], (x, s) => g.apply(g.table.permute, { axes: s }, [x])]
    }
    for (const [name, [settings, f]] of Object.entries(words)) {
      const pull = (own: number[]) => g.vjp((x: Tensor) => f(x, own))(any(x23))
      const kept = pull([...settings])
      const cotangent = g.ones([...kept.value.shape])
      const own = [...settings]
      const changed = pull(own)
      own.reverse()
      own.splice(0, 1, 5, 5, 5)
      expect(changed.value.shape, name).toEqual(kept.value.shape)
      expect(changed.pullback(cotangent), name).toBeTensor(g.toArray(kept.pullback(cotangent)))
    }
  })

  it('changes nothing in a list of tensors that was joined', () => {
    const list = [g.tensor([1]), g.tensor([2])]
    const { pullback } = g.vjp((y: Tensor) => {
      const own = [y, ...list]
      const joined = g.primitive.vocabulary.concat(own, 0)
      own.reverse()
      return joined
    })(any(g.tensor([0, 0])))
    expect(pullback(g.tensor([1, 2, 3, 4]) as never)).toBeTensor([1, 2])
  })

  it('is not what the library shows of a shape or a tape, which cannot be changed', () => {
    expect(Object.isFrozen(g.primitive.vocabulary.dims(any(x23)))).toBe(true)
    const tape = g.trace((x: Tensor) => g.primitive.vocabulary.reshape(x, [3, 2]))(any(x23))
    expect(
      [...tape.inputs, ...tape.entries.flatMap(({ results }) => results)].every((dims) => Object.isFrozen(dims))
    ).toBe(true)
  })
})

describe('what the library exports as it is', () => {
  it('is frozen, with all that it holds', () => {
    const seen = new Set<unknown>()
    const open: string[] = []
    /** The classes of io-ts and fast-check are theirs. */
    const isForeign = (value: object): boolean =>
      ![Object.prototype, Array.prototype, null].includes(Object.getPrototypeOf(value) as null)
    const visit = (path: string, value: unknown): void => {
      if (typeof value !== 'object' || value === null || seen.has(value) || g.isTensor(value)) return
      seen.add(value)
      const isModule = Object.prototype.toString.call(value) === '[object Module]'
      if (!isModule && isForeign(value)) return
      if (!isModule && !Object.isFrozen(value)) open.push(path)
      for (const key of Reflect.ownKeys(value))
        visit(`${path}.${String(key)}`, (value as Readonly<Record<PropertyKey, unknown>>)[key])
    }
    visit('grad-ts', g)
    visit('grad-ts/laws', laws)
    visit('grad-ts/report', report)
    expect(open).toEqual([])
    expect(seen.size).toBeGreaterThan(100)
  })

  it('cannot be given another row of numbers or another rule', () => {
    expect(() => {
      any<{ inputs: unknown }>(g.data.xor).inputs = g.zeros([4, 2])
    }).toThrow(TypeError)
    expect(() => {
      any<{ evaluate: unknown }>(g.table.exp).evaluate = () => new Float64Array(1)
    }).toThrow(TypeError)
    expect(() => {
      any<{ add: unknown }>(g.primitive.vocabulary).add = g.primitive.vocabulary.sub
    }).toThrow(TypeError)
  })
})

describe('a result that no tensor can hold', () => {
  const long = (n: number): Tensor => any(g.zeros([n]))
  const cases: Readonly<Record<string, readonly [() => unknown, RegExp]>> = {
    matmul: [
      () => g.matmul(g.zeros([1, 50000]))(g.zeros([50000, 1])),
      /^matmul: a result of shape \[50000, 50000\] would hold 2500000000 numbers, more than 2147483647$/
    ],
    take: [
      () => g.take({ axis: 0 })(new Float64Array(50000))(g.zeros([1, 50000])),
      /^gather: a result of shape \[50000, 50000\] would hold/
    ],
    broadcastTo: [() => g.broadcastTo([70000, 70000])(g.zeros([1, 1])), /^broadcastTo: shape \[70000, 70000\] holds/],
    oneHot: [
      () => g.oneHot(50000)(new Float64Array(50000)),
      /^oneHot: shape \[50000, 50000\] holds 2500000000 numbers/
    ],
    eye: [() => g.eye(50000), /^eye: shape \[50000, 50000\] holds/],
    vmap: [
      () => g.vmap((v: Tensor) => g.primitive.vocabulary.broadcastTo(v, [50000, 50000]))(g.zeros([2, 1]) as never),
      /^broadcastTo: dims: shape \[50000, 50000\] holds/
    ],
    'vmap of a product': [
      () => g.vmap((v: Tensor) => g.primitive.vocabulary.broadcastTo(v, [2, 25000]))(g.zeros([50000, 1]) as never),
      /^broadcastTo: a result of shape \[50000, 2, 25000\] would hold/
    ],
    jacobian: [() => g.jacobian(g.square)(long(47000)), /^jacobian: shape \[47000, 47000\] holds/],
    'jacobian by forward mode': [
      () => g.jacobian(g.square, { mode: 'forward' })(long(47000)),
      /^jacobian: shape \[47000, 47000\] holds/
    ],
    hessian: [
      () => g.hessian(((v: Tensor) => g.sum(g.square(v))) as never)(long(47000) as never),
      /^hessian: shape \[47000, 47000\] holds 2209000000 numbers, more than 2147483647/
    ],
    'a compiled matmul': [
      () =>
        g.compile((a: Tensor, b: Tensor) => g.primitive.vocabulary.matmul(a, b))(
          any(g.zeros([50000, 1])),
          any(g.zeros([1, 50000]))
        ),
      /^matmul: a result of shape \[50000, 50000\] would hold/
    ]
  }
  for (const [name, [run, message]] of Object.entries(cases))
    it(`is refused by name, with the shape, before anything is allocated: ${name}`, () => {
      expect(run).toThrow(
        expect.objectContaining({ name: 'ShapeError', message: expect.stringMatching(message) as string }) as Error
      )
    })
})
