/** Mistakes in training. */
import * as E from 'fp-ts/lib/Either.js'
import * as laws from '../../../laws/index.ts'
import * as g from '../../../src/index.ts'
import type { Tensor } from '../../../src/tensor/tensor.ts'
import type { Planted } from './planted.ts'

const { nn, optim } = g
const memory = { steps: 0 }

const task = {
  model: nn.sequential(nn.dense({ inputs: 2, outputs: 3 }), g.tanh, nn.dense({ inputs: 3, outputs: 1 })),
  loss: nn.meanSquaredError,
  optimizer: optim.sgd({ learningRate: 0.1, momentum: 0.9 }),
  penalty: nn.l2({ strength: 0.1 })
}
type Fit = (
  problem: never,
  settings: never
) => (data: g.data.Dataset<[2], [1]>) => (from: never) => E.Either<unknown, { history: readonly g.train.EpochRecord[] }>
const right = g.train.fit as unknown as (problem: unknown, settings: unknown) => ReturnType<Fit>
const trained =
  (
    fit: (
      problem: typeof task,
      settings: { shuffle: boolean; batchSize: number; epochs: number; validation?: unknown },
      data: { inputs: Tensor; targets: Tensor },
      from: { epoch: number; params: never }
    ) => unknown,
    problem: object = task
  ) =>
  () =>
    laws.training(problem as typeof task, {
      fit: ((p: never, s: never) => (d: never) => (from: never) => fit(p, s, d, from)) as never
    })(data5)
const data5 = { inputs: g.tensor([[0, 1], [1, 0], [1, 1], [2, -1], [0.5, 3]]), targets: g.tensor([[1], [0], [2], [-1], [4]]) } // prettier-ignore
const run = (p: unknown, s: unknown, d: unknown, from: unknown) => right(p, s)(d)(from)
const recorded = (change: (record: g.train.EpochRecord) => object) => (result: ReturnType<typeof run>) =>
  E.map((state: { history: readonly g.train.EpochRecord[] }) => ({
    ...state,
    history: state.history.map((record) => ({ ...record, ...change(record) }))
  }))(result)
const pick =
  (order: readonly number[]) =>
  (x: Tensor): Tensor =>
    g.take({ axis: 0 })(order)(x as never)
const one = 'an epoch of one batch is one step of the optimizer along the gradient of the objective'
const weighed = 'the loss of an epoch is the mean of its batches, by their sizes'
const adds = 'a + b epochs are a epochs and then b'

export const training: readonly Planted[] = [
  [
    'labels that are not shuffled with their rows',
    'an epoch of one batch takes no notice of the order of the examples',
    trained((p, s, d, from) => run(p, s, s.shuffle ? { ...d, targets: pick([4, 2, 0, 1, 3])(d.targets) } : d, from))
  ],
  [
    'a last short batch that counts as a whole one',
    weighed,
    trained(
      (p, s, d, from) => {
        const starts = [0, 1, 2, 3, 4].filter((i) => i % s.batchSize === 0)
        const losses = starts.map((i) =>
          g.toNumber(
            g.train.objective(p)(nn.inference)(
              [] as never,
              {
                inputs: g.slice(0, i, Math.min(5, i + s.batchSize))(d.inputs as never),
                targets: g.slice(0, i, Math.min(5, i + s.batchSize))(d.targets as never)
              } as never
            )(from.params)[0]
          )
        )
        return recorded(() => ({ loss: losses.reduce((a, b) => a + b, 0) / losses.length }))(run(p, s, d, from))
      },
      { ...task, model: nn.dense({ inputs: 2, outputs: 1 }) }
    )
  ],
  [
    'a last short batch that is dropped',
    weighed,
    trained((p, s, d, from) => {
      const whole = Array.from({ length: s.batchSize > 5 ? 5 : 5 - (5 % s.batchSize) }, (_, i) => i)
      return run(p, s, { inputs: pick(whole)(d.inputs), targets: pick(whole)(d.targets) }, from)
    })
  ],
  [
    'a gradient of the sum',
    one,
    trained((p, s, d, from) => run({ ...p, loss: (y: never) => (x: never) => g.mul(5)(p.loss(y)(x)) }, s, d, from))
  ],
  ['a penalty that is forgotten', one, trained(({ penalty: _, ...p }, s, d, from) => run(p, s, d, from))],
  [
    'steps uphill',
    one,
    trained((p, s, d, from) =>
      run(
        {
          ...p,
          optimizer: {
            ...p.optimizer,
            update: (q: never) => (u: never) => (st: never) => p.optimizer.update(q)(g.params.scale(-1)(u))(st)
          }
        },
        s,
        d,
        from
      )
    )
  ],
  [
    'an epoch too many',
    'no epochs change nothing',
    trained((p, s, d, from) => run(p, { ...s, epochs: s.epochs + 1 }, d, from))
  ],
  [
    'a momentum that is lost between runs',
    adds,
    trained((p, s, d, from) => run(p, s, d, { ...from, optimizerState: p.optimizer.init(from.params) }))
  ],
  [
    'epochs counted from the start of a run',
    adds,
    trained((p, s, d, from) => run(p, s, d, { ...from, epoch: 0, step: 0, history: [] }))
  ],
  [
    'the loss of training reported for validation',
    'validation uses the model as it is used, not as it is trained',
    trained(
      (p, s, d, from) =>
        recorded(({ loss }) => (s.validation === undefined ? {} : { validationLoss: loss }))(run(p, s, d, from)),
      { model: task.model, loss: task.loss, optimizer: task.optimizer }
    )
  ],
  [
    'a program trained by another rate',
    'compiled, it comes to the same',
    trained((p, s, d, from) =>
      run(
        (s as { compile?: unknown }).compile === false
          ? p
          : { ...p, optimizer: optim.sgd({ learningRate: 0.2, momentum: 0.9 }) },
        s,
        d,
        from
      )
    )
  ],
  [
    'an order of its own in each run',
    'the same run gives the same bits',
    trained((p, s, d, from) =>
      run(
        p,
        s,
        { inputs: pick(memory.steps++ % 2 === 0 ? [0, 1, 2, 3, 4] : [4, 3, 2, 1, 0])(d.inputs), targets: d.targets },
        from
      )
    )
  ]
]
