import { fc, test } from '../support/property.ts'
import { describe, expect, it } from 'vitest'
import {
  add,
  compile,
  grad,
  mul,
  params,
  scalar,
  type sum,
  tensor,
  toArray,
  toFlatArray,
  toNumber,
  zeros,
  type Scalar,
  type Vec
} from '../../src/index.ts'
import { anyTensor, tensorOf } from '../support/arbitraries.ts'
import '../support/matchers.ts'

const network = fc.record({
  layers: fc.tuple(
    fc.record({ weight: tensorOf([2, 3]), bias: tensorOf([3]) }),
    fc.record({ weight: tensorOf([3, 1]), bias: tensorOf([1]) })
  ),
  scale: tensorOf([])
})
const rounding = { atol: 1e-9, rtol: 1e-9 }
const close = params.isClose(rounding)

describe('parameter trees', () => {
  test.prop([network])('mapping the identity changes nothing', (p) => {
    expect(params.getEq<typeof p>().equals(params.map((x) => x)(p), p)).toBe(true)
  })

  test.prop([network])('mapping twice is mapping once with both', (p) => {
    const twice = params.map(add(1))(params.map(mul(2))(p))
    expect(params.getEq<typeof p>().equals(twice, params.map((x) => add(1)(mul(2)(x)))(p))).toBe(true)
  })

  test.prop([network, network])('zipWith meets each tensor with its namesake, first p then q', (p, q) => {
    const first = params.zipWith((x) => x)(q)(p)
    const second = params.zipWith((_, y) => y)(q)(p)
    expect(params.getEq<typeof p>().equals(first, p) && params.getEq<typeof p>().equals(second, q)).toBe(true)
  })

  test.prop([network, network, network])('gradients form a monoid', (p, q, r) => {
    const empty = params.zerosLike(p)
    const concat = (x: typeof p, y: typeof p): typeof p => params.add(y)(x)
    expect(close(concat(concat(p, q), r))(concat(p, concat(q, r)))).toBe(true)
    expect(params.getEq<typeof p>().equals(concat(empty, p), p)).toBe(true)
    expect(params.getEq<typeof p>().equals(concat(p, empty), p)).toBe(true)
  })

  test.prop([network, network, fc.integer({ min: -3, max: 3 })])('trees are a vector space', (p, q, k) => {
    expect(close(params.scale(k)(params.add(q)(p)))(params.add(params.scale(k)(q))(params.scale(k)(p)))).toBe(true)
    expect(close(params.addScaled(k)(q)(p))(params.add(params.scale(k)(q))(p))).toBe(true)
    expect(close(params.sub(q)(p))(params.addScaled(-1)(q)(p))).toBe(true)
  })

  test.prop([network, network])('dot is the sum of products and norm its root', (p, q) => {
    const [a, b] = [p, q].map((tree) => params.tensors(tree).flatMap(flat))
    const dot = a!.reduce((total, value, i) => total + value * b![i]!, 0)
    expect(toNumber(params.dot(q)(p))).toBeCloseTo(dot, 6)
    expect(toNumber(params.norm(p))).toBeCloseTo(Math.hypot(...a!), 6)
  })

  test.prop([network])('count, paths, reduce and summary tell of the same tensors', (p) => {
    const seen = params.reduce<readonly string[]>([], (list, _, path) => [...list, path])(p)
    expect(seen).toEqual(params.paths(p))
    expect(seen).toEqual([
      'params.layers[0].weight',
      'params.layers[0].bias',
      'params.layers[1].weight',
      'params.layers[1].bias',
      'params.scale'
    ])
    expect(params.count(p)).toBe(14)
    expect(params.summary(p).split('\n')).toHaveLength(6)
    expect(params.summary(p)).toContain('total: 14')
  })

  test.prop([anyTensor()])('a single tensor is a tree of one', (x) => {
    expect(params.paths(x)).toEqual(['params'])
    expect(params.zerosLike(x)).toBeTensor(zeros([...x.shape]))
  })

  it('meets records whose keys were written in another order', () => {
    const p = { weight: scalar(1), bias: scalar(2) }
    const q = { bias: scalar(20), weight: scalar(10) }
    const joined = params.add(q)(p)
    expect([toNumber(joined.weight), toNumber(joined.bias)]).toEqual([11, 22])
  })

  it('gives each tensor its path', () => {
    const doubledWeights = params.mapWithPath((path) => (path.endsWith('.weight') ? mul(2) : (x) => x))
    const { weight, bias } = doubledWeights({ weight: scalar(3), bias: scalar(5) })
    expect([toNumber(weight), toNumber(bias)]).toEqual([6, 5])
  })

  it('has a norm whose derivative at 0 is 0', () => {
    const slope = grad((x: Vec<2>): Scalar => params.norm({ x }))(tensor([0, 0]))
    expect(slope).toBeTensor([0, 0])
  })

  it('tells whether all numbers are finite', () => {
    expect(params.allFinite([scalar(1), tensor([2, 3])])).toBe(true)
    expect(params.allFinite([scalar(1), tensor([2, NaN])])).toBe(false)
  })

  it('never calls trees equal that hold NaN', () => {
    const p = { x: tensor([NaN]) }
    expect(params.getEq<typeof p>().equals(p, p)).toBe(false)
  })

  it.each([
    ['a date', { at: new Date(0) }, 'params.at'],
    ['null', [null], 'params[0]'],
    ['a string', { a: { b: 'x' } }, 'params.a.b'],
    ['a function', { f: () => 1 }, 'params.f'],
    ['a number', { rate: 0.1 }, 'params.rate']
  ])('refuses %s as a leaf and names it', (_, tree, path) => {
    expect(() => params.count(tree as never)).toThrow(path)
  })

  it('names the parameter whose shapes differ', () => {
    expect(() => params.add({ w: zeros([2]) } as never)({ w: zeros([3]) } as never)).toThrow(/params\.w.*\[3\].*\[2\]/s)
  })

  it('names the place where structures differ', () => {
    expect(() => params.add({ w: [zeros([2])] } as never)({ w: zeros([2]) } as never)).toThrow(/params\.w/)
  })
})

const flat = (x: Parameters<typeof sum>[0]): readonly number[] => [toArray(x as never)].flat(Infinity as 1) as number[]

describe('the norm of a tree of any size', () => {
  interface Pair {
    readonly a: Vec<2>
    readonly b: Scalar
  }
  const at = (size: number): Pair => ({ a: tensor([2 * size, 3 * size]), b: scalar(-6 * size) })
  const norm = (p: Pair): Scalar => params.norm(p)
  const slope = (p: Pair): readonly number[] => params.tensors(grad(norm)(p)).flatMap(toFlatArray)
  const unit = [2 / 7, 3 / 7, -6 / 7]

  it.each([1e-310, 1e-200, 1e-25, 1, 1e20, 1e200, 1e307])('is right at %d, and so is its gradient', (size) => {
    expect(toNumber(norm(at(size))) / size).toBeCloseTo(7, 10)
    slope(at(size)).forEach((x, i) => expect(x).toBeCloseTo(unit[i]!, 10))
  })

  it.each([1e-36, 1e-25, 1, 1e20, 4e37])('is right in single precision at %d, and so is its gradient', (size) => {
    const single = compile(norm, { precision: 'single' })
    const singleSlope = compile(grad(norm), { precision: 'single' })
    expect(toNumber(single(at(size))) / size).toBeCloseTo(7, 5)
    const found = params.tensors(singleSlope(at(size))).flatMap(toFlatArray)
    found.forEach((x, i) => expect(x).toBeCloseTo(unit[i]!, 5))
  })

  it('has the curvature of a norm where one of its tensors is 0', () => {
    const along = (b: Scalar): Scalar => params.norm({ a: tensor([3, 4]), b })
    expect(toNumber(grad(grad(along))(scalar(0)))).toBeCloseTo(1 / 5, 12)
  })
})
