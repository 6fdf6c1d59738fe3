import * as fc from 'fast-check'
import { flattenArguments, rebuild } from '../src/params/tree.ts'
import { isKey } from '../src/random/key.ts'
import { showDims } from '../src/tensor/dims.ts'
import { fail } from '../src/tensor/errors.ts'
import { toFlatArray } from '../src/tensor/read.ts'
import { dimsOf, type Tensor } from '../src/tensor/tensor.ts'
import { pathsOf, showPath, type Flat } from '../src/tree/tree.ts'
import * as kinds from '../src/kinds/index.ts'
import { derivativeLaws } from './derivative.ts'
import { costLaw, FACTOR } from './cost.ts'
import { compiled } from './engine.ts'
import { batchLaw, purityLaw } from './evaluation.ts'
import { arbitraryOf } from './given.ts'
import { kinkLaws } from './kink.ts'
import type { Suite } from './law.ts'
import { precision } from './precision.ts'
import { joined } from './primitive.ts'
import { showTensor } from './show.ts'
import type { Given, Subject } from './subject.ts'

/**
 * A function of several arguments, each a tensor, a tree of tensors or a random key, and its test cases.
 *
 * @category function
 * @since 0.1.0
 */
export interface FunctionOfTrees<A extends readonly unknown[]> {
  readonly name: string
  /** Gives a tensor, or a tree of them. */
  readonly f: (...args: A) => unknown
  /** Arguments of one structure; batches are tried on those of equal shapes. */
  readonly args: fc.Arbitrary<A>
  /** Whether the function is smooth in a tensor, by its path, such as `args[0].weight`; in all but random keys when left out. */
  readonly differentiable?: (path: string) => boolean
  /** Whether the function is smooth near these arguments, where what is drawn does not say (two numbers may tie). */
  readonly smooth?: (...args: A) => boolean
  /**
   * What the derivative at a kink is: any between the slopes from both sides, or the subgradient of least norm. The first
   * when left out.
   */
  readonly kinks?: 'least' | 'between'
  /** How many times the cost of the function its gradient may have, as `cost` counts them; 5 when left out. */
  readonly cost?: number
}

const functionFields = kinds.settings('laws.function', {
  name: kinds.name,
  f: kinds.anyFunction,
  args: arbitraryOf,
  differentiable: [kinds.callable<(path: string) => boolean>(), () => true],
  smooth: [kinds.callable<(...args: never) => boolean>(), () => true],
  kinks: [kinds.oneOf('least', 'between'), 'between'],
  cost: [kinds.positive, FACTOR]
})

const what = 'laws.function'

const flat = (args: unknown): Flat<Tensor> => flattenArguments(what, args)

const pathOf = ({ structure }: Flat<Tensor>, i: number): string => showPath('args', pathsOf(structure)[i] ?? [])

/** The tensors of a result as one, to take the derivatives of all. */
const oneOf = (result: unknown): Tensor => {
  const { leaves } = flattenArguments(what, result)
  return leaves.length > 0 ? joined(leaves) : fail('ValueError', `${what}: f gave no tensor`)
}

/** A function of some of the tensors of its arguments, with the others, as text, for the report of a failure. */
interface Placed {
  readonly apply: (inputs: readonly Tensor[]) => Tensor
}

const placed = (apply: Placed['apply'], data: Readonly<Record<string, string>>): Placed =>
  Object.defineProperty({ ...data }, 'apply', { value: apply }) as unknown as Placed

/** How many arguments are drawn for one at which there may be a kink. */
const DRAWS = 8

/** Numbers at which functions have kinks more often than at others. */
const wholesOf = (inputs: readonly Tensor[]): number =>
  inputs.reduce((sum, x) => sum + toFlatArray(x).filter((value) => Number.isInteger(value)).length, 0)

/** Arguments as code. */
export const showArguments = (args: readonly unknown[]): string => {
  const all = flat(args)
  return all.leaves.map((x, i) => `${pathOf(all, i)} = ${showTensor(x)}`).join('\n')
}

/**
 * Everything that must hold of a differentiable function of several tensors, records and random keys: purity, vmap over
 * each argument and over all, the gradient by every tensor against numbers in both modes and to second order, at kinks too,
 * its cost, compiled against eager, and single precision against double.
 *
 * The function takes any arguments that are drawn, and gives a tensor or a tree of tensors of any shapes. A tensor that
 * may be a random key (two whole numbers from 0 to 2³² − 1) is not differentiated by. Kinks are looked for among the
 * arguments that are drawn, first where `smooth` says that the function has one, then at whole numbers.
 *
 * @throws ValueError when it is given something else
 * @example
 * import fc from 'fast-check'
 * import { throws } from 'assert'
 * import { pipe } from 'fp-ts/function'
 * import { add, matmul, random, stopGradient, tanh, type Mat, type Vec } from 'grad-ts'
 * import * as laws from 'grad-ts/laws'
 *
 * interface Dense {
 *   readonly weight: Mat<3, 2>
 *   readonly bias: Vec<2>
 * }
 * const noisy = ({ weight, bias }: Dense, x: Mat<4, 3>, key: random.Key) =>
 *   pipe(x, matmul(weight), add(bias), add(random.normal([2])(key)), (y) => tanh(y))
 * const { tensor, key } = laws.arbitrary
 * const args = fc.tuple(fc.record({ weight: tensor([3, 2]), bias: tensor([2]) }), tensor([4, 3]), key)
 * laws.assert(laws.function({ name: 'noisy', f: noisy, args }), { numRuns: 5 })
 *
 * // a bias that is not learned
 * const wrong = (p: Dense, x: Mat<4, 3>, k: random.Key) => noisy({ ...p, bias: stopGradient(p.bias) }, x, k)
 * throws(() => laws.assert(laws.function({ name: 'wrong', f: wrong, args })), /wrong: jvp agrees with numbers does not hold/)
 * @category function
 * @since 0.1.0
 */
export const functionLaws = <A extends readonly unknown[]>(of: FunctionOfTrees<A>): Suite => {
  const { name, f, args, differentiable, smooth, kinks, cost } = functionFields.read(of) as unknown as Required<
    FunctionOfTrees<A>
  >

  /** The function of the chosen tensors of its arguments, the others as they are. */
  const at = (sample: A, chosen: (i: number, all: Flat<Tensor>) => boolean): Given<Placed> => {
    const all = flat(sample)
    const indices = all.leaves.flatMap((_, i) => (chosen(i, all) ? [i] : []))
    const apply = (inputs: readonly Tensor[]): Tensor =>
      oneOf(
        f(
          ...rebuild<A>(
            all.structure,
            all.leaves.map((x, i) => inputs[indices.indexOf(i)] ?? x)
          )
        )
      )
    const data = all.leaves.flatMap((x, i): (readonly [string, string])[] =>
      indices.includes(i) ? [] : [[pathOf(all, i), showTensor(x)]]
    )
    return {
      params: placed(apply, Object.fromEntries(data)),
      inputs: all.leaves.filter((_, i) => indices.includes(i))
    }
  }
  const everything = (sample: A): Given<Placed> => at(sample, () => true)
  const moving = (sample: A): Given<Placed> =>
    at(sample, (i, all) => differentiable(pathOf(all, i)) && !isKey(all.leaves[i]))

  const form = (sample: A): string => {
    const all = flat(sample)
    return all.leaves.map((x, i) => `${pathOf(all, i)}: ${showDims(dimsOf(x))}`).join()
  }
  // those of the structure and shapes of the first
  const examples: Subject<Placed>['examples'] = fc
    .tuple(args, fc.array(args, { minLength: 1, maxLength: 2 }))
    .map(([first, others]) => {
      const alike = [first, ...others.filter((sample) => form(sample) === form(first))].map(everything)
      return { params: everything(first).params, examples: alike.map(({ inputs }) => inputs) }
    })
  // arguments outside those that are drawn may be refused: of several, those nearest to a kink
  const atKinks = fc.array(args, { minLength: DRAWS, maxLength: DRAWS }).map((samples) => {
    const rough = samples.filter((sample) => !smooth(...sample))
    return (rough.length > 0 ? rough : samples)
      .map(moving)
      .reduce((a, b) => (wholesOf(b.inputs) > wholesOf(a.inputs) ? b : a))
  })
  const differentiated: Subject<Placed> = {
    name,
    f: ({ apply }) => apply,
    output: ({ params: { apply }, inputs }) => dimsOf(apply(inputs)),
    differentiable: () => true,
    points: args.map(moving),
    smooth: args.filter((sample) => smooth(...sample)).map(moving),
    kinks: atKinks,
    least: kinks === 'least',
    cost,
    examples
  }
  const evaluated = { ...differentiated, points: args.map(everything) }
  return [
    purityLaw(evaluated),
    batchLaw(evaluated),
    ...derivativeLaws(differentiated),
    ...kinkLaws(differentiated),
    costLaw(differentiated),
    ...compiled({ name, f, args, show: showArguments }),
    ...precision({ name, f, args, show: showArguments })
  ]
}
