import * as kinds from '../kinds/index.ts'
import { percent, significant } from '../tensor/text.ts'
import type { Statistics } from './statistics.ts'

/** What statistics of a part of a model say of it. */

const part = kinds.number('a share above 0 and at most 1', (value) => value > 0 && value <= 1)

/** The thresholds of `diagnose`, with their defaults. */
export const thresholds = kinds.settings(
  'diagnose: thresholds',
  {
    /** The share of activations that are exactly 0, from which a part is dead; 0.9 when left out. */
    dead: [part, 0.9],
    /** The share of activations that are saturated, from which a part is; 0.5 when left out. */
    saturated: [part, 0.5],
    /** The slope of an activation, below which in size it is flat and counts as saturated; 0.01 when left out. */
    flat: [kinds.notNegative, 0.01],
    /**
     * How many times smaller than the input of the model activations are, or than the gradient by its output the gradient by
     * them, when they vanish; as a factor, 0.001 when left out.
     */
    vanishing: [kinds.number('a factor of at least 0 and below 1', (value) => value >= 0 && value < 1), 1e-3],
    /** How many times larger, when they explode; 1000 when left out. */
    exploding: [kinds.number('a factor above 1', (value) => value > 1), 1e3]
  },
  'thresholds'
)

/**
 * From where on something is wrong with a part.
 *
 * @category check
 * @since 0.1.0
 */
export interface Thresholds extends kinds.Read<typeof thresholds.fields> {}

/**
 * The verdict on a part: `dead` when nearly all that comes out is 0; `saturated` when its activation is flat nearly
 * everywhere; `exploding` and `vanishing` when signals or gradients there are out of all proportion, or not finite; else
 * `healthy`. The first of these that holds.
 *
 * @category check
 * @since 0.1.0
 */
export type Verdict = 'dead' | 'saturated' | 'exploding' | 'vanishing' | 'healthy'

/** A verdict and why. */
export interface Judged {
  readonly verdict: Verdict
  /** In words; empty for what is healthy. */
  readonly reason: string
}

/** What is known of a part. */
export interface Evidence {
  readonly activations: Statistics
  readonly gradients: Statistics | null
  /** The share of activations at which the function is flat; null for what is no function of each element. */
  readonly saturated: number | null
  /** Whether zeros mean that it does nothing: not for dropout, whose business they are. */
  readonly mayDie: boolean
  /** Whether its size compares with that of the input: not for probabilities. */
  readonly hasSize: boolean
}

const times = significant(2)

/** The first of the verdicts that holds. `input` and `output` are the sizes that signals and gradients are compared with. */
export const judge = (
  { dead, saturated, vanishing, exploding }: Thresholds,
  input: number,
  output: number | null,
  evidence: Evidence
): Judged => {
  const { activations, gradients } = evidence
  const signal = evidence.hasSize && input > 0 ? activations.rootMeanSquare / input : 1
  const slope = gradients !== null && output !== null && output > 0 ? gradients.rootMeanSquare / output : 1
  const found: readonly (readonly [boolean, Verdict, string])[] = [
    [!Number.isFinite(activations.rootMeanSquare), 'exploding', 'activations are not finite'],
    [gradients !== null && !Number.isFinite(gradients.rootMeanSquare), 'exploding', 'gradients are not finite'],
    [evidence.mayDie && activations.zeros >= dead, 'dead', `${percent(activations.zeros)} of activations are 0`],
    [
      evidence.saturated !== null && evidence.saturated >= saturated,
      'saturated',
      `${percent(evidence.saturated ?? 0)} of activations are where it is flat`
    ],
    [signal > exploding, 'exploding', `activations are ${times(signal)} times the input`],
    [slope > exploding, 'exploding', `gradients are ${times(slope)} times that by the output`],
    [signal < vanishing, 'vanishing', `activations are ${times(signal)} times the input`],
    [slope < vanishing, 'vanishing', `gradients are ${times(slope)} times that by the output`]
  ]
  const first = found.find(([holds]) => holds)
  return first === undefined ? { verdict: 'healthy', reason: '' } : { verdict: first[1], reason: first[2] }
}
