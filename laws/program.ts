import * as fc from 'fast-check'
import { tensors as op } from '../src/tape/algebra.ts'
import { type Dims, sizeOf } from '../src/tensor/dims.ts'
import { scalar } from '../src/tensor/construct.ts'
import { dimsOf, type Tensor } from '../src/tensor/tensor.ts'
import { cond, whileLoop } from '../src/transform/cond.ts'
import { scan } from '../src/transform/scan.ts'
import { number, tensorOf } from './draw.ts'
import { reals } from '../src/primitive/domain.ts'
import { showTensor } from './show.ts'

/** Random programs: compositions of many operations, with shared intermediate values. */

/**
 * A random function of tensors at a point: its text, its inputs, and the function.
 *
 * @category program
 * @since 0.1.0
 */
export interface Program {
  readonly text: string
  readonly inputs: readonly Tensor[]
  readonly f: (...inputs: readonly Tensor[]) => readonly Tensor[]
}

/** One operation on the values so far, which are indexed from the last backwards; skipped where shapes do not fit. */
interface Instruction {
  readonly name: string
  readonly operands: readonly number[]
  readonly choice: number
}

const bounded = {
  tanh: op.tanh,
  sigmoid: op.sigmoid,
  relu: op.relu,
  sin: op.sin,
  cos: op.cos,
  neg: op.neg,
  abs: op.abs,
  erf: op.erf,
  softplus: (x: Tensor) => op.tanh(op.softplus(x)),
  exp: (x: Tensor) => op.exp(op.neg(op.abs(x))),
  log: (x: Tensor) => op.log(op.add(op.square(x), op.constant(1))),
  square: (x: Tensor) => op.square(op.tanh(x)),
  sqrt: (x: Tensor) => op.sqrt(op.add(op.square(x), op.constant(0.5)))
} as const

const pairs = {
  add: op.add,
  sub: op.sub,
  mul: op.mul,
  maximum: op.maximum,
  div: (a: Tensor, b: Tensor) => op.div(a, op.add(op.square(b), op.constant(1))),
  where: (a: Tensor, b: Tensor) => op.where(op.greater(a, b), a, b)
} as const

type Move = (x: Tensor, choice: number) => Tensor | null

const axisOf = (x: Tensor, choice: number): number | null => {
  const { length } = dimsOf(x)
  return length === 0 ? null : choice % length
}

const along =
  (f: (x: Tensor, axis: number) => Tensor): Move =>
  (x, choice) => {
    const axis = axisOf(x, choice)
    return axis === null || dimsOf(x)[axis] === 0 ? null : f(x, axis)
  }

/** The permutation of axes with a given number. */
const orderOf = (count: number, choice: number): readonly number[] =>
  Array.from({ length: count }, (_, i) => i).reduce<readonly number[]>(
    (order, axis) => [
      ...order.slice(0, (choice + axis) % (axis + 1)),
      axis,
      ...order.slice((choice + axis) % (axis + 1))
    ],
    []
  )

const moves: Readonly<Record<string, Move>> = {
  sum: along((x, axis) => op.sum(x, [axis], false)),
  sumKeep: along((x, axis) => op.sum(x, [axis], true)),
  sumAll: (x) =>
    op.sum(
      x,
      dimsOf(x).map((_, axis) => axis),
      false
    ),
  max: along((x, axis) => op.max(x, [axis], false)),
  softmax: along(op.softmax),
  logSoftmax: along(op.logSoftmax),
  logSumExp: along(op.logSumExp),
  permute: (x, choice) => op.permute(x, orderOf(dimsOf(x).length, choice)),
  flatten: (x) => op.reshape(x, [sizeOf(dimsOf(x))]),
  column: (x) => op.reshape(x, [...dimsOf(x), 1]),
  repeat: (x, choice) => op.broadcastTo(x, [1 + (choice % 3), ...dimsOf(x)]),
  slice: along((x, axis) => {
    const dims = dimsOf(x)
    return op.slice(
      x,
      dims.map((n, i) => (i === axis && n > 1 ? 1 : 0)),
      dims
    )
  }),
  pad: along((x, axis) => {
    const dims = dimsOf(x)
    return op.pad(
      x,
      dims.map((_, i) => (i === axis ? 1 : 0)),
      dims.map((n, i) => (i === axis ? n + 2 : n))
    )
  }),
  gather: (x, choice) => {
    const [rows = 0] = dimsOf(x)
    return rows === 0 ? null : op.gather(x, op.slice(op.range(rows, 1), [choice % rows], [rows]))
  },
  scan: (x, choice) => {
    const [, ...rest] = dimsOf(x)
    const step = (carry: Tensor, row: Tensor) => {
      // a captured tensor is an input of the scan
      const next = op.tanh(op.add(op.add(carry, row), op.sum(x, [...dimsOf(x).keys()], false)))
      return [next, op.mul(next, carry)] as const
    }
    if (dimsOf(x).length === 0) return null
    const scanned = scan(step, { reverse: choice % 2 === 0 }) as unknown as (
      init: Tensor,
      xs: Tensor
    ) => readonly [Tensor, Tensor]
    const [last, kept] = scanned(op.broadcastTo(op.constant(0.5), rest), x)
    return op.add(kept, last)
  },
  // a branch by a computed number; both capture a tensor. No threshold is 0, where sums that cancel are decided by rounding
  branch: (x, choice) => {
    const all = [...dimsOf(x).keys()]
    const mean = op.tanh(op.sum(x, all, false))
    const choose = cond as unknown as (
      whenTrue: (y: Tensor) => Tensor,
      whenFalse: (y: Tensor) => Tensor
    ) => (predicate: Tensor, y: Tensor) => Tensor
    return choose(
      (y) => op.mul(op.sin(y), mean),
      (y) => op.add(op.tanh(op.neg(y)), mean)
    )(op.greater(mean, op.constant((choice % 3) / 4 - 0.23)), x)
  },
  // as many steps as the numbers say, five at most
  loop: (x, choice) => {
    const size = (y: Tensor): Tensor => op.sum(op.square(y), [...dimsOf(y).keys()], false)
    const repeated = whileLoop as unknown as (
      test: (y: Tensor) => Tensor,
      step: (y: Tensor) => Tensor,
      settings: { readonly maxSteps: number }
    ) => (init: Tensor) => Tensor
    return repeated(
      (y) => op.greater(size(y), op.constant(0.3)),
      (y) => op.mul(op.sin(y), op.constant(0.7)),
      { maxSteps: choice % 6 }
    )(x)
  },
  // a part that is computed twice, and both are used
  twice: (x) => op.mul(op.sin(op.add(x, op.constant(1))), op.sin(op.add(x, op.constant(1)))),
  concat: along((x, axis) => op.concat([x, op.neg(x)], axis)),
  product: (x) => (dimsOf(x).length === 2 ? op.tanh(op.matmul(x, op.permute(x, [1, 0]))) : null),
  // a batch of products whose batch, rows and columns may be any axes
  batchProduct: (x, choice) => {
    if (dimsOf(x).length !== 3) return null
    const left = op.permute(x, orderOf(3, choice))
    return op.tanh(op.matmul(left, op.permute(left, [0, 2, 1])))
  },
  // the same elements in two orders
  ownTranspose: (x) => {
    const [rows, columns] = dimsOf(x)
    return dimsOf(x).length === 2 && rows === columns ? op.sub(op.add(x, op.permute(x, [1, 0])), op.square(x)) : null
  },
  // carries that depend on one another, and a captured tensor returned unchanged
  chain: (x, choice) => {
    const [, ...rest] = dimsOf(x)
    if (dimsOf(x).length === 0 || dimsOf(x)[0] === 0) return null
    const begin = op.broadcastTo(op.constant(0.25), rest)
    const last = op.max(x, [0], false)
    const scanned = scan(
      ([a, b, c]: readonly [Tensor, Tensor, Tensor], row: Tensor) => [
        [b, c, op.tanh(op.add(a, row))] as const,
        [op.mul(a, row), last] as const
      ],
      { reverse: choice % 2 === 0 }
    ) as unknown as (
      init: readonly Tensor[],
      xs: Tensor
    ) => readonly [readonly [Tensor, Tensor, Tensor], readonly [Tensor, Tensor]]
    const [[a, b, c], [kept, straight]] = scanned([begin, op.tanh(last), begin], x)
    return op.add(op.add(kept, straight), op.add(a, op.mul(b, c)))
  }
}

const fitting = (a: Tensor, b: Tensor): boolean => {
  const [x, y] = [dimsOf(a), dimsOf(b)]
  const short = y.length <= x.length ? y : x
  const long = short === y ? x : y
  return short.every((n, i) => n === long[long.length - short.length + i] || n === 1)
}

/** The result of an instruction; `null` when its operands do not fit. */
const perform = ({ name, operands, choice }: Instruction, values: readonly Tensor[]): Tensor | null => {
  const at = (i: number): Tensor => values[values.length - 1 - ((operands[i] ?? 0) % values.length)] ?? scalar(NaN)
  const [a, b] = [at(0), at(1)]
  if (Object.hasOwn(bounded, name)) return bounded[name as keyof typeof bounded](a)
  if (Object.hasOwn(pairs, name)) return fitting(a, b) ? pairs[name as keyof typeof pairs](a, b) : null
  if (name === 'matmul') {
    const [x, y] = [dimsOf(a), dimsOf(b)]
    return x.length === 2 && y.length === 2 && x[1] === y[0] ? op.tanh(op.matmul(a, b)) : null
  }
  return moves[name]?.(a, choice) ?? null
}

const MOST_ELEMENTS = 400

const runAll = (instructions: readonly Instruction[], inputs: readonly Tensor[]): readonly Tensor[] =>
  instructions.reduce<readonly Tensor[]>((values, instruction) => {
    const made = perform(instruction, values)
    return made === null || sizeOf(dimsOf(made)) > MOST_ELEMENTS ? values : [...values, made]
  }, inputs)

const shapes: readonly Dims[] = [
  [],
  [1],
  [3],
  [4],
  [2, 3],
  [3, 2],
  [3, 4],
  [4, 1],
  [5, 3],
  [2, 3, 4],
  [17],
  [9, 5],
  [5, 5],
  [0],
  [0, 3]
]

const names = [...Object.keys(bounded), ...Object.keys(pairs), ...Object.keys(moves), 'matmul', 'matmul', 'add', 'mul']

const instruction: fc.Arbitrary<Instruction> = fc.record({
  name: fc.constantFrom(...names),
  operands: fc.tuple(fc.nat({ max: 6 }), fc.nat({ max: 6 })),
  choice: fc.nat({ max: 11 })
})

/**
 * Random programs over the whole vocabulary, at random points. They give their last values and their first; the numbers
 * stay moderate, so that what is compared is not lost in rounding.
 */
export const program = (): fc.Arbitrary<Program> =>
  fc
    .record({
      inputs: fc
        .array(fc.constantFrom(...shapes), { minLength: 1, maxLength: 3 })
        .chain((dims) => fc.tuple(...dims.map((own) => tensorOf(own)(number(reals))))),
      instructions: fc.array(instruction, { minLength: 1, maxLength: 14 })
    })
    .map(({ inputs, instructions }) => ({
      inputs,
      text: instructions.map(({ name, operands, choice }) => `${name}(${operands.join()}; ${choice})`).join(' '),
      f: (...given: readonly Tensor[]) => {
        const values = runAll(instructions, given)
        const made = values.slice(given.length)
        return made.length === 0 ? given.map(op.neg) : made.slice(-3)
      }
    }))

/** A program at a point as text. */
export const showProgram = ({ text, inputs }: Program): string =>
  [text, ...inputs.map((x, i) => `input ${i} = ${showTensor(x)}`)].join('\n')
