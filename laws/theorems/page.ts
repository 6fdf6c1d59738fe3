import { readAs } from './meaning.ts'
import { elsewhere } from './elsewhere.ts'
import type { Planted } from './planted.ts'
import { proposition, type Statement } from './statement.ts'
import { type Stated, stated } from './statements.ts'
import { definitions } from './words.ts'

/** The page of theorems, in Markdown. */

interface Proved {
  readonly statements: readonly Statement[]
  readonly planted: readonly Planted[]
  /** Those that all theorems together rest on, as Coq prints them. */
  readonly axioms: readonly string[]
  readonly version: string
  /** A digest of all that Coq was given. */
  readonly digest: string
  /** The definitions that are written by hand. */
  readonly written: string
}

const block = (lines: readonly string[]): string => ['```coq', ...lines, '```'].join('\n')

/** A theorem as the page shows it. */
export const showStatement = (statement: Statement): string => `Theorem ${statement.name} : ${proposition(statement)}.`

const section = (word: Stated, statements: readonly Statement[]): string =>
  [`### ${word}`, block([statements.map(showStatement).join('\n\n')])].join('\n\n')

export const showPage = ({ statements, planted, axioms, version, digest, written }: Proved): string => {
  const words = stated.filter((word) => statements.some(({ primitive }) => primitive === word))
  return [
    '# Theorems',
    `Written by \`npm run prove\`, which had Coq ${version} with Coquelicot check every proof; do not edit it. It states the rules of ` +
      `${words.length} primitives as ${statements.length} theorems on derivatives over the real numbers. The text of every statement is what the ` +
      'rule in `src/primitive` gives when it is applied to expressions in place of tensors: only the definitions below, and the tactics in ' +
      '`laws/theorems/*.v`, are written by hand.',
    '## How to read a statement',
    '`is_derive f x d` says that `f` has a derivative at `x`, and that it is `d`. The name of a theorem ends in the rule that it is of:',
    [
      '- `vjp`: the derivative of `ct * f x` by `x` is what the rule of reverse mode gives for the cotangent `ct`; of two inputs, by each of them, as in `vjp_a`.',
      '- `jvp`: the derivative of `f (x + s * dx)` by `s`, at 0, is what the rule of forward mode gives for the tangent `dx`; of several inputs, all of them move at once.',
      '- `second`: the derivative of the output of the `vjp` rule, along the tangents, is what forward mode gives when it goes through that rule by the rules of the table.',
      '- of a vector `x` of `n + 1` numbers, `put x j s` is `x` with `s` at the index `j`, so that a `vjp` is a partial derivative; a `jvp` is the derivative along `dx`. `n` is any number: the formula of a rule is the same for vectors of every length.',
      '- `constant`: the derivative of what has no rules is 0.'
    ].join('\n'),
    'Conditions on the inputs stand in front. `nan` is the NaN of a rule: the theorem holds for every real number in its place, so the derivative does not depend on it. `select` is the word `where`.',
    '## What they rest on',
    `- Coq ${version}, Coquelicot, and the axioms of Coq's real numbers, as \`Print Assumptions\` gives them for all theorems together. The files assume nothing of their own: no \`Axiom\`, no \`Admitted\`.`,
    block(axioms),
    '- The definitions: what each word means over the real numbers. `Rpower`, `ln`, `tanh`, `Rmax` and the like are those of Coq, `RInt`, `Derive_n`, `sum_n` and `sign` those of Coquelicot.',
    block([written.trim(), ...definitions()]),
    '- The doubles in rules, read as the fractions that they are; but these as the real number of which they are the nearest double or next to it:',
    ['| double | read as |', '| --- | --- |', ...readAs.map(([value, text]) => `| ${value} | \`${text}\` |`)].join(
      '\n'
    ),
    '- Every element of a tangent or cotangent is taken to be reached; one that is not, as in a branch not taken, is set to 0 by the rules and is not spoken of here.',
    '## What they do not say',
    [
      '- Nothing on rounding: the statements are on real numbers. How near the computed values are to them is held by the laws and by the tests of accuracy.',
      '- Nothing on the values of a primitive: that `kernel` and compiled code compute the functions defined above is held by tests.',
      '- Nothing at a kink (0 of `abs` and `relu`, ties, the bounds of `clip`), at a jump (an integer for `floor`, half of one for `round`, a whole quotient for `remainder`, the left half of the axis for `atan2`), at a pole (0 of `cbrt`, the ends of `asin` and `acosh`), at infinity or at NaN. There the tests state what is given.',
      '- `gaussian`, `tanhGate` and `tanhGateSlope`, and the second derivatives of `erf`, `erfc` and `normalCdf`, are stated between −40 and 40. Beyond, a factor is clipped so that an infinity does not meet a 0; the derivatives are smaller than the least double there.',
      '- `logErfcx` is stated where `erfc x` is positive. It is so everywhere, which is not proved here.',
      '- `powNumber`, `clip`, `gaussian` and `logErfcx` are stated for the settings listed, as their rules look at them; `pow` is stated for every exponent.',
      '- Vectors: no second derivatives of `softmax`, `logSoftmax` and `logSumExp`, and no axes: along one of several, the rules do the same for each vector, which is held by the laws.',
      '- Shapes: a statement is on scalars. That broadcasting repeats and sums as it should is a matter of the linear rules.',
      '- Functions composed of primitives: the chain rule, which the sweeps apply, is not stated here.'
    ].join('\n'),
    '## Mistakes that are refused',
    'Each of these rules was put in the place of the right one, and its statements given to the same tactics; at least one was refused. So was every theorem with 1 added to its derivative, which would be proved if its conditions contradicted each other.',
    planted.map(({ what }) => `- ${what}`).join('\n'),
    '## Primitives without a theorem',
    [
      '| primitive | why |',
      '| --- | --- |',
      ...Object.entries(elsewhere).map(([name, why]) => `| \`${name}\` | ${why} |`)
    ].join('\n'),
    '## Theorems',
    ...words.map((word) =>
      section(
        word,
        statements.filter(({ primitive }) => primitive === word)
      )
    ),
    `The files that Coq was given have the SHA-256 digest \`${digest}\`.`
  ].join('\n\n')
}
