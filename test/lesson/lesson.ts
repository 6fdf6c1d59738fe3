/** The figures of the lesson's own NumPy code, one row an example: the lesson's matrices are the transposes. */
import { readFileSync } from 'node:fs'
import { tensor } from '../../src/tensor/construct.ts'
import type { Mat, Vec } from '../../src/tensor/tensor.ts'
import { reshape } from '../../src/ops/index.ts'

type Rows = readonly (readonly number[])[]

interface LessonLayer {
  readonly W: Rows
  readonly b: Rows
}

export interface LessonRun {
  readonly X: Rows
  readonly Y: Rows
  readonly lr: number
  readonly batch_size: number
  readonly epochs: number
  readonly start: readonly LessonLayer[]
  readonly first_full_batch_gradient: readonly { readonly dW: Rows; readonly db: Rows }[]
  readonly step_losses: readonly number[]
  readonly end: readonly LessonLayer[]
  readonly prediction: Rows
}

interface Activation {
  readonly A: Rows
  readonly dZ: Rows
}

interface Lesson {
  readonly activations: {
    readonly Z: Rows
    readonly dA: Rows
    readonly relu: Activation
    readonly sigmoid: Activation
    readonly tanh: Activation
    readonly softmax: Pick<Activation, 'A'>
  }
  readonly losses: {
    readonly binary_crossentropy: {
      readonly pred: Rows
      readonly true: Rows
      readonly loss: number
      readonly grad_times_m: Rows
    }
    readonly categorical_crossentropy: {
      readonly pred: Rows
      readonly true: Rows
      readonly loss: number
      readonly grad_wrt_logits_times_m: Rows
    }
    readonly mse: { readonly pred: Rows; readonly true: Rows; readonly loss: number; readonly grad_times_m: Rows }
  }
  readonly training: {
    readonly xor: LessonRun
    readonly xor_tanh: LessonRun
    readonly spiral: LessonRun
    readonly regression: LessonRun
  }
  readonly momentum: {
    readonly beta: number
    readonly lr: number
    readonly W: Rows
    readonly gradients: readonly Rows[]
    readonly W_after_each: readonly Rows[]
  }
  readonly clip: {
    readonly max_norm: number
    readonly dW: Rows
    readonly db: Rows
    readonly norm: number
    readonly clipped_dW: Rows
    readonly clipped_db: Rows
  }
  readonly normalise: { readonly X: Rows; readonly X_normalized: Rows }
  readonly gradient_check: {
    readonly start: readonly LessonLayer[]
    readonly X: Rows
    readonly Y: Rows
    readonly epsilon: number
    readonly relative_error_of_the_lesson: number
  }
}

export const lesson = JSON.parse(readFileSync('test/fixtures/lesson.json', 'utf8')) as Lesson

/** Columns as rows. */
export const rowsOf = (columns: Rows): Mat => tensor(columns[0]!.map((_, i) => columns.map((row) => row[i]!)))

/** A column as a vector. */
const vectorOf = (column: Rows): Vec => reshape([column.length])(tensor(column.flat()))

/** Parameters as a sequence of dense layers keeps them. */
export const paramsOf = (layers: readonly LessonLayer[]): readonly { readonly weight: Mat; readonly bias: Vec }[] =>
  layers.map(({ W, b }) => ({ weight: rowsOf(W), bias: vectorOf(b) }))

/** Gradients, likewise. */
export const gradsOf = (layers: LessonRun['first_full_batch_gradient']): ReturnType<typeof paramsOf> =>
  paramsOf(layers.map(({ dW, db }) => ({ W: dW, b: db })))
