/**
 * Every figure of a well-known NumPy lesson, as its own code computes it. They agree to 1e-9 relative, but for the losses
 * called cross-entropy: the lesson adds 1e-8 inside the logarithm so as never to meet `log 0`. Those agree to 1e-6, and to
 * 1e-9 once the same 1e-8 is put in, so nothing else differs. The lesson's gradients leave it out, and so do agree.
 */
import * as E from 'fp-ts/lib/Either.js'
import { describe, expect, it } from 'vitest'
import * as data from '../../src/data/index.ts'
import * as nn from '../../src/nn/index.ts'
import type { Layer } from '../../src/nn/index.ts'
import * as optim from '../../src/optim/index.ts'
import { norm as normOf, tensors as tensorsOf } from '../../src/params/index.ts'
import { log, mul, type Pointwise, relu, sigmoid, softmax, tanh } from '../../src/ops/index.ts'
import * as random from '../../src/random/index.ts'
import { toFlatArray, toNumber } from '../../src/tensor/read.ts'
import type { Shape } from '../../src/tensor/shape.ts'
import type { Mat, Scalar, Tensor } from '../../src/tensor/tensor.ts'
import { grad, vjp } from '../../src/transform/grad.ts'
import * as train from '../../src/train/index.ts'
import '../support/matchers.ts'
import { gradsOf, lesson, type LessonRun, paramsOf, rowsOf } from './lesson.ts'

/** Relative to each number, but for those so near 0 that they are what rounding has left of larger ones. */
const exact = { rtol: 1e-9, atol: 1e-14 }

const relativeError = (actual: number, expected: number): number => Math.abs(actual - expected) / Math.abs(expected)

const worstError = (actual: readonly number[], expected: readonly number[]): number =>
  Math.max(...actual.map((value, i) => relativeError(value, expected[i]!)))

const sameTree = (actual: unknown, expected: unknown): void => {
  const [a, b] = [tensorsOf(actual as never), tensorsOf(expected as never)]
  expect(a.length).toBe(b.length)
  a.forEach((x, i) => expect(x).toBeCloseToTensor(b[i]!, exact))
}

describe('activations, to 1e-9', () => {
  const { Z, dA, ...each } = lesson.activations

  it.each<[keyof typeof each, Pointwise]>([
    ['relu', relu],
    ['sigmoid', sigmoid],
    ['tanh', tanh],
    ['softmax', softmax]
  ])('%s has the values of the lesson', (name, f) => {
    expect(f(rowsOf(Z))).toBeCloseToTensor(rowsOf(each[name].A), exact)
  })

  it.each<['relu' | 'sigmoid' | 'tanh', Pointwise]>([
    ['relu', relu],
    ['sigmoid', sigmoid],
    ['tanh', tanh]
  ])('%s pulls a cotangent back as the lesson does', (name, f) => {
    const { pullback } = vjp((x: Mat) => f(x))(rowsOf(Z))
    expect(pullback(rowsOf(dA))).toBeCloseToTensor(rowsOf(each[name].dZ), exact)
  })
})

/** The lesson's cross-entropies, their 1e-8 included. */
const epsilon = 1e-8
const lessonBinary = (y: readonly number[], p: readonly number[]): number =>
  -y.reduce((sum, t, i) => sum + t * Math.log(p[i]! + epsilon) + (1 - t) * Math.log(1 - p[i]! + epsilon), 0) / y.length
const lessonCategorical = (y: readonly number[], p: readonly number[], examples: number): number =>
  -y.reduce((sum, t, i) => sum + t * Math.log(p[i]! + epsilon), 0) / examples

describe('losses', () => {
  const { binary_crossentropy: binary, categorical_crossentropy: categorical, mse } = lesson.losses
  /** The lesson leaves the 1/m of a loss's gradient to its layers. */
  const times = (m: number, x: Mat): Mat => mul(m)(x)

  it('half the mean squared error is the lesson’s, to 1e-9', () => {
    const [targets, predictions] = [rowsOf(mse.true), rowsOf(mse.pred)]
    expect(relativeError(toNumber(nn.halfMeanSquaredError(targets)(predictions)), mse.loss)).toBeLessThan(1e-9)
    const gradient = grad((x: Mat) => nn.halfMeanSquaredError(targets)(x))(predictions)
    expect(times(targets.shape[0], gradient)).toBeCloseToTensor(rowsOf(mse.grad_times_m), exact)
  })

  it('binary cross-entropy is the lesson’s to 1e-6, and to 1e-9 with its 1e-8 inside the logarithm', () => {
    const [targets, predictions] = [rowsOf(binary.true), rowsOf(binary.pred)]
    const loss = toNumber(nn.binaryCrossEntropy(targets)(predictions))
    expect(relativeError(loss, binary.loss)).toBeLessThan(1e-6)
    expect(relativeError(lessonBinary(binary.true[0]!, binary.pred[0]!), binary.loss)).toBeLessThan(1e-9)
  })

  it('binary cross-entropy has the lesson’s gradient, to 1e-9', () => {
    const [targets, predictions] = [rowsOf(binary.true), rowsOf(binary.pred)]
    const gradient = grad((x: Mat) => nn.binaryCrossEntropy(targets)(x))(predictions)
    expect(times(targets.shape[0], gradient)).toBeCloseToTensor(rowsOf(binary.grad_times_m), exact)
  })

  it('categorical cross-entropy is the lesson’s to 1e-6, and to 1e-9 with its 1e-8 inside the logarithm', () => {
    const [targets, predictions] = [rowsOf(categorical.true), rowsOf(categorical.pred)]
    const loss = toNumber(nn.categoricalCrossEntropy(targets)(predictions))
    expect(relativeError(loss, categorical.loss)).toBeLessThan(1e-6)
    const withEpsilon = lessonCategorical(toFlatArray(targets), toFlatArray(predictions), targets.shape[0])
    expect(relativeError(withEpsilon, categorical.loss)).toBeLessThan(1e-9)
  })

  it('softmax cross-entropy has the lesson’s gradient by the logits, to 1e-9', () => {
    const [targets, predictions] = [rowsOf(categorical.true), rowsOf(categorical.pred)]
    const gradient = grad((z: Mat) => nn.softmaxCrossEntropy(targets)(z))(log(predictions))
    const expected = rowsOf(categorical.grad_wrt_logits_times_m)
    expect(times(targets.shape[0], gradient)).toBeCloseToTensor(expected, exact)
  })
})

interface Setup<P, I extends Shape, O extends Shape> {
  readonly run: LessonRun
  readonly model: Layer<P, readonly [], I, O>
  readonly loss: train.Loss<O, O>
  /** From the model's output to the lesson's, whose last layer has its activation inside. */
  readonly activation: Pointwise
  /** The lesson's own loss of its predictions, where it has something inside the logarithm. */
  readonly lessonLoss: ((targets: Tensor, predictions: Tensor) => number) | null
}

const trainsAsTheLesson = <P, I extends Shape, O extends Shape>(
  name: string,
  { run, model, loss, activation, lessonLoss }: Setup<P, I, O>
): unknown =>
  describe(name, () => {
    const set: train.Dataset<I, O> = {
      inputs: rowsOf(run.X) as unknown as Tensor<[number, ...I]>,
      targets: rowsOf(run.Y) as unknown as Tensor<[number, ...O]>
    }
    const size = run.Y[0]!.length
    const problem = { model, loss, optimizer: optim.sgd({ learningRate: run.lr }) }
    const start = {
      ...train.start(problem)(random.key(0)),
      params: paramsOf(run.start) as unknown as P
    }
    const batches = data.batches(run.batch_size)(set) as unknown as readonly train.Dataset<I, O>[]
    const predict = ({ params }: { readonly params: P }, inputs: typeof set.inputs): Tensor =>
      activation(nn.predict(model)(params, [])<[number]>(inputs))

    const stepped = Array.from({ length: run.epochs }, () => batches)
      .flat()
      .reduce(
        ({ state, losses, lessons }, batch) => {
          const result = train.step(problem)(batch)(state)
          const own = lessonLoss === null ? NaN : lessonLoss(batch.targets, predict(state, batch.inputs))
          return { state: result.state, losses: [...losses, toNumber(result.loss)], lessons: [...lessons, own] }
        },
        { state: start, losses: [] as readonly number[], lessons: [] as readonly number[] }
      )
    const fitted = (compile: boolean) =>
      E.getOrElse<train.TrainingError, typeof start>((error) => {
        throw new Error(train.showError(error))
      })(train.fit(problem, { epochs: run.epochs, batchSize: run.batch_size, shuffle: false, compile })(set)(start))

    it('has the first full-batch gradient of the lesson, to 1e-9', () => {
      sameTree(train.step(problem)(set)(start).grads, gradsOf(run.first_full_batch_gradient))
    })

    if (lessonLoss === null)
      it('has the loss of every step of the lesson, to 1e-9', () => {
        expect(stepped.losses.length).toBe(run.step_losses.length)
        expect(worstError(stepped.losses, run.step_losses)).toBeLessThan(1e-9)
      })
    else
      it('has the loss of every step of the lesson to 1e-6 nats, and to 1e-9 with its 1e-8 inside the logarithm', () => {
        expect(stepped.losses.length).toBe(run.step_losses.length)
        const apart = stepped.losses.map((value, i) => Math.abs(value - run.step_losses[i]!))
        // not relative: the last losses of XOR are below 0.01, where 1e-8 is more than a millionth
        expect(Math.max(...apart)).toBeLessThan(1e-6)
        expect(worstError(stepped.lessons, run.step_losses)).toBeLessThan(1e-9)
      })

    it('ends with the parameters of the lesson, to 1e-9', () => {
      sameTree(stepped.state.params, paramsOf(run.end))
    })

    it('ends with the predictions of the lesson, to 1e-9', () => {
      expect(predict(stepped.state, set.inputs)).toBeCloseToTensor(rowsOf(run.prediction), exact)
    })

    it('ends with the parameters and predictions of the lesson as a program too, to 1e-9', () => {
      const state = fitted(true)
      sameTree(state.params, paramsOf(run.end))
      expect(predict(state, set.inputs)).toBeCloseToTensor(rowsOf(run.prediction), exact)
    })

    it('does in fit, unshuffled, exactly what it does step by step', () => {
      const state = fitted(false)
      expect(state.params).toStrictEqual(stepped.state.params)
      expect(state.step).toBe(run.step_losses.length)
      const epochs = state.history.map(({ loss: value }) => value)
      const weighed = epochs.map((_, i) =>
        batches.reduce(
          (sum, { inputs }, k) => sum + (stepped.losses[i * batches.length + k]! * inputs.shape[0]) / size,
          0
        )
      )
      expect(worstError(epochs, weighed)).toBeLessThan(1e-14)
    })
  })

describe('training as the lesson does, on XOR', () => {
  const lessonLoss = (targets: Tensor, predictions: Tensor): number =>
    lessonBinary(toFlatArray(targets), toFlatArray(predictions))
  const { xor, xor_tanh: xorTanh } = lesson.training
  const output = nn.dense({ inputs: 4, outputs: 1 })

  trainsAsTheLesson('with relu and a loss of logits', {
    run: xor,
    model: nn.sequential(nn.dense({ inputs: 2, outputs: 4, activation: relu }), output),
    loss: nn.binaryCrossEntropyWithLogits,
    activation: sigmoid,
    lessonLoss
  })
  trainsAsTheLesson('with relu and a loss of probabilities', {
    run: xor,
    model: nn.sequential(nn.dense({ inputs: 2, outputs: 4 }), relu, output, sigmoid),
    loss: nn.binaryCrossEntropy,
    activation: (x) => x,
    lessonLoss
  })
  trainsAsTheLesson('with tanh, in two batches', {
    run: xorTanh,
    model: nn.sequential(nn.dense({ inputs: 2, outputs: 5, activation: tanh }), nn.dense({ inputs: 5, outputs: 1 })),
    loss: nn.binaryCrossEntropyWithLogits,
    activation: sigmoid,
    lessonLoss
  })
})

describe('training as the lesson does, on spirals', () => {
  const { spiral } = lesson.training
  const lessonLoss = (targets: Tensor, predictions: Tensor): number =>
    lessonCategorical(toFlatArray(targets), toFlatArray(predictions), targets.shape[0]!)
  const hidden = nn.dense({ inputs: 2, outputs: 16, activation: relu })

  trainsAsTheLesson('with a loss of logits, the last batch short', {
    run: spiral,
    model: nn.sequential(hidden, nn.dense({ inputs: 16, outputs: 3 })),
    loss: nn.softmaxCrossEntropy,
    activation: softmax,
    lessonLoss
  })
  trainsAsTheLesson('with a loss of probabilities, through the true Jacobian of softmax', {
    run: spiral,
    model: nn.sequential(hidden, nn.dense({ inputs: 16, outputs: 3 }), softmax),
    loss: nn.categoricalCrossEntropy,
    activation: (x) => x,
    lessonLoss
  })
})

describe('training as the lesson does, on regression', () => {
  trainsAsTheLesson('with three layers', {
    run: lesson.training.regression,
    model: nn.sequential(
      nn.dense({ inputs: 3, outputs: 8, activation: tanh }),
      nn.dense({ inputs: 8, outputs: 6, activation: relu }),
      nn.dense({ inputs: 6, outputs: 2, activation: tanh })
    ),
    loss: nn.halfMeanSquaredError,
    activation: (x) => x,
    lessonLoss: null
  })
})

describe('the debugging guide, to 1e-9', () => {
  it('momentum is the moving average of the lesson', () => {
    const { W, beta, lr, gradients, W_after_each: after } = lesson.momentum
    const averaging = optim.sgd({ learningRate: lr, momentum: beta, dampening: beta })
    const move = optim.step(averaging)
    const weight = rowsOf(W)
    const start = { weight, state: averaging.init(weight) }
    gradients.reduce(({ weight: before, state }, gradient, i) => {
      const [next, moved] = move(before, rowsOf(gradient), state)
      expect(next).toBeCloseToTensor(rowsOf(after[i]!), exact)
      return { weight: next, state: moved }
    }, start)
    expect(gradients.length).toBe(after.length)
  })

  it('gradients are clipped to the norm of a layer', () => {
    const { dW, db, norm, max_norm: maxNorm, clipped_dW: clippedW, clipped_db: clippedB } = lesson.clip
    const grads = paramsOf([{ W: dW, b: db }])
    expect(relativeError(toNumber(normOf(grads)), norm)).toBeLessThan(1e-9)
    for (const clip of [optim.clipByNorm(maxNorm), optim.clipByGlobalNorm(maxNorm)]) {
      const [clipped] = clip.update(grads)(grads)(clip.init(grads))
      sameTree(clipped, paramsOf([{ W: clippedW, b: clippedB }]))
    }
  })

  it('inputs are normalised by feature', () => {
    const { X, X_normalized: normalised } = lesson.normalise
    const x = rowsOf(X)
    expect(data.transform(data.standardScaler<[number]>(x))(x)).toBeCloseToTensor(rowsOf(normalised), exact)
  })
})

describe('the gradient check of the lesson', () => {
  const { start, X, Y, epsilon: lessonStep, relative_error_of_the_lesson: lessonError } = lesson.gradient_check
  const model = nn.sequential(
    nn.dense({ inputs: 2, outputs: 3, activation: tanh }),
    nn.dense({ inputs: 3, outputs: 1 })
  )
  type Params = ReturnType<typeof model.init>['params']
  const loss = (params: Params): Scalar =>
    nn.binaryCrossEntropyWithLogits(rowsOf(Y) as Mat<number, 1>)(
      nn.predict(model)(params, [])(rowsOf(X) as Mat<number, 2>)
    )

  /** `‖gradient − numeric‖ / (‖gradient‖ + ‖numeric‖)`, as the lesson has it, by central differences. */
  const errorOf = (step: number): number => {
    const moved = (layer: number, part: 'W' | 'b', row: number, column: number, by: number): number =>
      toNumber(
        loss(
          paramsOf(
            start.map((each, l) =>
              l !== layer
                ? each
                : {
                    ...each,
                    [part]: each[part].map((values, i) =>
                      values.map((value, j) => (i === row && j === column ? value + by : value))
                    )
                  }
            )
          ) as unknown as Params
        )
      )
    const numeric = paramsOf(
      start.map((each, layer) => {
        const slopes = (part: 'W' | 'b'): number[][] =>
          each[part].map((values, i) =>
            values.map((_, j) => (moved(layer, part, i, j, step) - moved(layer, part, i, j, -step)) / (2 * step))
          )
        return { W: slopes('W'), b: slopes('b') }
      })
    )
    const gradient = grad(loss)(paramsOf(start) as unknown as Params)
    const flat = (tree: unknown): number[] => tensorsOf(tree as never).flatMap(toFlatArray)
    const [a, b] = [flat(gradient), flat(numeric)]
    const length = (values: readonly number[]): number => Math.hypot(...values)
    return length(a.map((value, i) => value - b[i]!)) / (length(a) + length(b))
  }

  it('errs no more than the lesson’s does at the lesson’s step, where rounding is most of it', () => {
    expect(errorOf(lessonStep)).toBeLessThan(lessonError)
  })

  it('errs a hundred times less at a step that suits double precision', () => {
    expect(errorOf(1e-5)).toBeLessThan(lessonError / 100)
  })
})
