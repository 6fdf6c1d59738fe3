/** Wrong calls are told what they needed and got; nothing is left behind by one. */
import { pipe } from 'fp-ts/lib/function.js'
import { describe, expect, it } from 'vitest'
import * as g from '../../src/index.ts'
import type { Scalar, Tensor, Vec } from '../../src/tensor/tensor.ts'
import '../support/matchers.ts'

const error = (name: string, message: string | RegExp): Error =>
  expect.objectContaining({
    name,
    message: typeof message === 'string' ? message : expect.stringMatching(message)
  }) as Error

const x = g.tensor([1, 2])

describe('grad', () => {
  it('of a vector says to reduce it', () => {
    const message = 'grad: the function must return a scalar, it returned shape [2]; reduce it with mean or sum'
    expect(() => g.grad(g.square as never)(x as never)).toThrow(error('ShapeError', message))
    expect(() => g.valueAndGrad(g.square as never)(x as never)).toThrow(error('ShapeError', /must return a scalar/))
    expect(() => g.hvp(g.square as never)(x as never)(x as never)).toThrow(error('ShapeError', /must return a scalar/))
    expect(() => g.hessian(g.square as never)(x as never)).toThrow(error('ShapeError', `hessian${message.slice(4)}`))
  })

  it('of no tensor says what it got', () => {
    expect(() => g.grad((() => 3) as never)(x as never)).toThrow(
      error('TreeError', 'grad: the function must return a scalar tensor, it returned number')
    )
    expect(() => g.grad((() => null) as never)(x as never)).toThrow(error('TreeError', /it returned null/))
  })

  it('by what is no tree of tensors names the place', () => {
    const f = (() => g.scalar(0)) as never
    expect(() => g.grad(f)({ layers: [{ weight: 3 }] } as never)).toThrow(
      error('TreeError', 'grad: params.layers[0].weight is the number 3; every leaf must be a tensor')
    )
    expect(() => g.grad(f)({ a: new Map() } as never)).toThrow(
      error('TreeError', /params\.a is an object that is neither a plain record nor an array/)
    )
    expect(() => g.grad(f)(null as never)).toThrow(error('TreeError', /params is null/))
  })
})

describe('vjp and jvp', () => {
  it('refuse a cotangent of another shape or structure', () => {
    const { pullback } = g.vjp((v: Vec<2>) => ({ y: g.square(v) }))(x)
    expect(() => pullback({ y: g.ones([3]) } as never)).toThrow(
      error('ShapeError', 'vjp: cotangent.y needs shape [2], got [3]; the cotangent must have the shapes of the result')
    )
    expect(() => pullback({ z: g.ones([2]) } as never)).toThrow(
      error(
        'TreeError',
        'vjp: the two trees differ at cotangent: a record of y in the result, a record of z in the cotangent; cotangent.y is missing from the cotangent; cotangent.z of the cotangent is not in the result'
      )
    )
  })

  it('refuse a tangent of another shape or structure', () => {
    expect(() => g.jvp(g.square as never)(x as never)(g.ones([3]) as never)).toThrow(
      error('ShapeError', 'jvp: tangent needs shape [2], got [3]; the tangent must have the shapes of the point')
    )
    expect(() => g.jvp(g.square as never)({ a: x } as never)({ b: x })).toThrow(
      error(
        'TreeError',
        /^jvp: the two trees differ at tangent: a record of a in the point, a record of b in the tangent;/
      )
    )
  })

  it('name a direction of another shape as the direction', () => {
    expect(() => g.hvp((v: Vec<2>) => g.sum(v))(x)(g.ones([3]) as never)).toThrow(
      error('ShapeError', 'hvp: direction needs shape [2], got [3]; the direction must have the shapes of the point')
    )
  })
})

describe('an argument that is no tree of tensors', () => {
  const any = (value: unknown): never => value as never
  it.each<[string, () => unknown, string]>([
    ['vjp', () => g.vjp(g.square)(any(3)), 'vjp: argument is the number 3'],
    ['jvp', () => g.jvp(g.square)(any({ a: 3 }))(any(3)), 'jvp: argument.a is the number 3'],
    ['linearize', () => g.linearize(g.square)(any([3])), 'linearize: argument[0] is the number 3'],
    ['jacobian', () => g.jacobian(g.square)(any(3)), 'jacobian: argument is the number 3'],
    ['hessian', () => g.hessian(g.square)(any(3)), 'hessian: argument is the number 3'],
    ['vmap', () => g.vmap((_: Scalar, b: Scalar) => b)(x as never, any({ b: 3 })), 'vmap: argument 1.b is the number 3']
  ])('is named as the argument by %s', (_, call, message) => {
    expect(call).toThrow(error('TreeError', `${message}; every leaf must be a tensor`))
  })
})

describe('vmap', () => {
  const rows = g.ones([2, 3])

  it('refuses a function that reads a number, and says what to do instead', () => {
    const message =
      /^toNumber: this tensor of shape \[\] has no numbers yet, as its function is being traced; choose between values with where, not with if, and repeat with scan, not with while$/
    expect(() => g.vmap((v: Vec<3>) => (g.toNumber(g.get(0)(v)) > 0 ? v : g.neg(v)))(rows as never)).toThrow(
      error('TracedValueError', message)
    )
    for (const read of [g.toArray, g.toFlatArray, g.toNumber])
      expect(() =>
        g.vmap((v: Vec<3>) => {
          read(v as never)
          return v
        })(rows as never)
      ).toThrow(error('TracedValueError', /has no numbers yet/))
  })

  it('refuses a gradient that branches inside it, and takes the same with where', () => {
    const branching = (s: Scalar): Scalar => (g.toNumber(s) > 0 ? g.square(s) : g.neg(s))
    expect(() => g.vmap(g.grad(branching))(x as never)).toThrow(error('TracedValueError', /choose between values/))
    const choosing = (s: Scalar): Scalar => pipe(g.square(s), g.where(g.greater(0)(s), g.neg(s)))
    expect(g.vmap(g.grad(choosing))(g.tensor([3, -3]) as never)).toBeTensor([6, -1])
  })

  it('wants as many examples of one argument as of another, and at least one argument', () => {
    const f = (a: Scalar, b: Scalar): Scalar => g.add(b)(a)
    expect(() => g.vmap(f)(g.ones([2]) as never, g.ones([3]) as never)).toThrow(
      error('ShapeError', 'vmap: arguments have different numbers of examples: [2, 3]')
    )
    expect(() => g.vmap(f, { in: [null, null] })(g.scalar(1) as never, g.scalar(1) as never)).toThrow(
      error('ShapeError', /^vmap: no argument is mapped/)
    )
    expect(() => g.vmap(f)(g.scalar(1) as never, g.scalar(1) as never)).toThrow(
      error('AxisError', /^vmap: argument 0: axis 0 is out of range for shape \[\]/)
    )
  })

  it('wants one axis, or null, per argument', () => {
    const f = (a: Scalar, b: Scalar): Scalar => g.sum(g.mul(a)(b))
    const run = (axes: readonly g.VmapAxis[]) => () => g.vmap(f, { in: axes } as never)(x as never, x as never)
    for (const axes of [[], [0], [0, 0, 0], [0, null, null]])
      expect(run(axes)).toThrow(
        error('ValueError', `vmap: in needs one axis, or null, per argument: 2 for this call, got ${axes.length}`)
      )
    expect(run([0, 0])()).toBeTensor([1, 4])
    // the function declares more parameters than it is called with
    const optional = (a: Scalar, by: Scalar = g.scalar(2)): Scalar => g.mul(by)(a)
    expect(g.vmap(optional, { in: [0] } as never)(x as never)).toBeTensor([2, 4])
    expect(() => g.vmap(optional, { in: [0, null] } as never)(x as never)).toThrow(
      error('ValueError', /1 for this call, got 2$/)
    )
  })

  it('reports wrong shapes inside like any others', () => {
    expect(() => g.vmap((v: Vec<3>): unknown => g.matmul(g.ones([2, 2]) as never)(v as never))(rows as never)).toThrow(
      error('ShapeError', /^matmul: inner sizes differ: left \[3\], right \[2, 2\]/)
    )
  })
})

describe('an exception inside a traced function', () => {
  const boom = (): never => {
    throw new RangeError('boom')
  }

  it('leaves nothing half-open: what was computed before it and what is computed after are right', () => {
    const before = g.square(x)
    const kept: Tensor[] = []
    const failing = (v: Vec<2>): Scalar => {
      kept.push(g.exp(v))
      return boom()
    }
    for (const transform of [g.grad, g.vjp, g.hessian] as unknown as ((f: typeof failing) => (v: Vec<2>) => unknown)[])
      expect(() => transform(failing)(x)).toThrow(RangeError)
    expect(() => g.vmap(failing)(g.ones([3, 2]) as never)).toThrow(RangeError)
    expect(g.grad((v: Vec<2>) => g.sum(g.square(v)))(x)).toBeTensor([2, 4])
    expect(before).toBeTensor([1, 4])
    // what was kept is told from what is being traced now
    expect(() => g.grad((v: Vec<2>) => g.sum(g.mul(v)(kept[0] as unknown as Vec<2>)))(x)).toThrow(
      error('TracedValueError', /^mul: this tensor of shape \[2\] was traced by a call of grad that has returned/)
    )
  })

  it('in an inner gradient may be caught by the outer function', () => {
    const cautious = (s: Scalar): Scalar => {
      try {
        return g.grad((y: Scalar) => (g.square(y), boom()))(s)
      } catch {
        return g.square(s)
      }
    }
    expect(g.grad(cautious)(g.scalar(3))).toBeTensor(6)
  })
})
