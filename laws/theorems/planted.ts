import type { Algebra } from '../../src/primitive/algebra.ts'
import type { Primitive } from '../../src/primitive/primitive.ts'
import { words as rows } from '../../src/primitive/table.ts'
import type { Statement } from './statement.ts'
import { statementsOf, type Stated } from './statements.ts'

/** Mistakes in rules, which the proof assistant must refuse: a tactic that proves anything would prove these. */

/** A rule of one number, from its cotangent or tangent, its inputs and its output. */
type Rule = <A>(op: Algebra<A>, v: A, inputs: readonly A[], y: A, index: number) => A

interface Mistake {
  readonly what: string
  readonly word: Stated
  readonly in: 'vjp' | 'jvp'
  readonly rule: Rule
}

const mistakes: readonly Mistake[] = [
  {
    what: 'the derivative of tanh with a wrong sign',
    word: 'tanh',
    in: 'vjp',
    rule: (op, ct, [x]) => op.neg(op.mul(ct, op.sechSquared(x!)))
  },
  {
    what: 'the derivative of tanh as 1 − y',
    word: 'tanh',
    in: 'jvp',
    rule: (op, t, _, y) => op.mul(t, op.sub(op.constant(1), y))
  },
  { what: 'the input in place of the output', word: 'exp', in: 'vjp', rule: (op, ct, [x]) => op.mul(ct, x!) },
  {
    what: 'sin where cos changes its sign',
    word: 'cos',
    in: 'jvp',
    rule: (op, t, [x]) => op.mul(t, op.sin(x!))
  },
  {
    what: 'a factor of ½ forgotten',
    word: 'sqrt',
    in: 'vjp',
    rule: (op, ct, [x]) => op.mul(ct, op.powNumber(x!, -0.5))
  },
  {
    what: 'log2 with the constant of log10',
    word: 'log2',
    in: 'vjp',
    rule: (op, ct, [x]) => op.div(ct, op.mul(op.constant(Math.LN10), x!))
  },
  {
    what: 'exp2 with the derivative of exp',
    word: 'exp2',
    in: 'jvp',
    rule: (op, t, _, y) => op.mul(t, y)
  },
  {
    what: 'a cube root whose slope falls as that of a square root',
    word: 'cbrt',
    in: 'vjp',
    rule: (op, ct, _, y) => op.mul(ct, op.mul(op.constant(1 / 3), op.powNumber(y, -1)))
  },
  {
    what: 'asin with the sign of acos',
    word: 'asin',
    in: 'jvp',
    rule: (op, t, [x]) => op.neg(op.div(t, op.sqrt(op.sub(op.constant(1), op.square(x!)))))
  },
  {
    what: 'atan with the derivative of asinh',
    word: 'atan',
    in: 'vjp',
    rule: (op, ct, [x]) => op.div(ct, op.hypot(op.constant(1), x!))
  },
  {
    what: 'cosh with the sign of cos',
    word: 'cosh',
    in: 'vjp',
    rule: (op, ct, [x]) => op.neg(op.mul(ct, op.sinh(x!)))
  },
  {
    what: 'acosh with the derivative of asinh',
    word: 'acosh',
    in: 'jvp',
    rule: (op, t, [x]) => op.div(t, op.hypot(op.constant(1), x!))
  },
  {
    what: 'atanh with the derivative of atan',
    word: 'atanh',
    in: 'vjp',
    rule: (op, ct, [x]) => op.div(ct, op.add(op.constant(1), op.square(x!)))
  },
  {
    what: 'atan2 with its operands taken for each other',
    word: 'atan2',
    in: 'vjp',
    rule: (op, ct, [y, x], _, index) => {
      const slope = op.mul(ct, op.div(index === 0 ? op.direction(y!, x!) : op.direction(x!, y!), op.hypot(y!, x!)))
      return index === 0 ? slope : op.neg(slope)
    }
  },
  {
    what: 'direction by its second operand without the minus',
    word: 'direction',
    in: 'jvp',
    rule: (op, t, [a, b], y, index) =>
      op.mul(
        t,
        op.div(index === 0 ? op.square(op.direction(b!, a!)) : op.mul(y, op.direction(b!, a!)), op.hypot(a!, b!))
      )
  },
  {
    what: 'remainder by its divisor with a quotient that is not rounded',
    word: 'remainder',
    in: 'vjp',
    rule: (op, ct, [a, b], _, index) => (index === 0 ? ct : op.neg(op.mul(ct, op.div(a!, b!))))
  },
  { what: 'log1p with the derivative of log', word: 'log1p', in: 'jvp', rule: (op, t, [x]) => op.div(t, x!) },
  {
    what: 'softplus with the slope of sigmoid',
    word: 'softplus',
    in: 'jvp',
    rule: (op, t, [x]) => op.mul(t, op.sigmoidSlope(x!))
  },
  {
    what: 'erf with the constant of normalCdf',
    word: 'erf',
    in: 'vjp',
    rule: (op, ct, [x]) => op.mul(ct, op.mul(op.constant(1 / Math.sqrt(2 * Math.PI)), op.gaussian(x!, 1)))
  },
  {
    what: 'the operands of a product taken for each other',
    word: 'mul',
    in: 'vjp',
    rule: (op, ct, [a, b], _, index) => op.mul(ct, index === 0 ? a! : b!)
  },
  {
    what: 'a quotient without its minus',
    word: 'div',
    in: 'vjp',
    rule: (op, ct, [, b], y, index) => (index === 0 ? op.div(ct, b!) : op.mul(op.div(ct, b!), y))
  },
  {
    what: 'a power without its logarithm',
    word: 'pow',
    in: 'jvp',
    rule: (op, t, [a, b], y, index) => op.mul(t, index === 0 ? op.mul(b!, op.pow(a!, op.sub(b!, op.constant(1)))) : y)
  },
  {
    what: 'a hypotenuse whose derivative is not divided by its length',
    word: 'hypot',
    in: 'vjp',
    rule: (op, ct, inputs, _, index) => op.mul(ct, inputs[index]!)
  },
  { what: 'a corner taken for smooth', word: 'relu', in: 'vjp', rule: (_, ct) => ct },
  { what: 'the sign of abs forgotten', word: 'abs', in: 'jvp', rule: (_, t) => t },
  {
    what: 'softmax without the mean',
    word: 'softmax',
    in: 'vjp',
    rule: (op, ct, _, y) => op.mul(y, ct)
  },
  {
    what: 'logSumExp without its shares',
    word: 'logSumExp',
    in: 'jvp',
    rule: (op, t) => op.sum(t, [0], false)
  },
  {
    what: 'logSoftmax with the mean added',
    word: 'logSoftmax',
    in: 'jvp',
    rule: (op, t, [x]) => op.add(t, op.sum(op.mul(op.softmax(x!, 0), t), [0], true))
  },
  {
    what: 'the smaller operand of a maximum',
    word: 'maximum',
    in: 'vjp',
    rule: (op, ct, [a, b], _, index) => op.mul(ct, index === 0 ? op.greater(b!, a!) : op.greater(a!, b!))
  }
]

/** The statements that a mistake changes. */
const changedBy = ({ word, in: rule, rule: wrong }: Mistake): readonly Statement[] => {
  const right = rows[word] as unknown as Primitive
  const row: Primitive = {
    ...right,
    [rule]: <A>(op: Algebra<A>, _: unknown, inputs: readonly A[], y: A, v: A, index: number): A =>
      wrong(op, v, inputs, y, index)
  }
  const isOfRule = ({ name }: Statement): boolean => new RegExp(`_${rule}(_|$)`).test(name)
  const before = statementsOf(word).filter(isOfRule)
  return statementsOf(word, row)
    .filter(isOfRule)
    .filter(({ is }, i) => is !== before[i]?.is)
}

/** A mistake, and what its rule says; at least one of these must be refused. */
export interface Planted {
  readonly what: string
  readonly statements: readonly Statement[]
}

/** Rules with mistakes, their statements each with a name of its own. */
export const planted = (): readonly Planted[] =>
  mistakes.map((mistake, i) => ({
    what: `${mistake.what} (${mistake.in} of ${mistake.word})`,
    statements: changedBy(mistake).map((statement) => ({ ...statement, name: `planted_${i}_${statement.name}` }))
  }))

/** Each statement with 1 added to the derivative: what would be proved too if its conditions contradicted each other. */
export const shifted = (statements: readonly Statement[]): readonly Statement[] =>
  statements.map((statement) => ({
    ...statement,
    name: `shifted_${statement.name}`,
    is: `(${statement.is}) + 1`
  }))
