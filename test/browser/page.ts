/** What the browser check runs in the page: the library as it is, under a policy that forbids making code from text. */
import { isLeft, isRight } from 'fp-ts/lib/Either.js'
import * as g from '../../src/index.ts'
import * as laws from '../../laws/index.ts'

interface Result {
  readonly name: string
  readonly fault: string | null
}

/** A check: what is wrong, or null. */
const check = (name: string, run: () => string | null): Result => {
  try {
    return { name, fault: run() }
  } catch (thrown) {
    return { name, fault: String(thrown) }
  }
}

const close = (a: g.Tensor, b: g.Tensor): string | null =>
  g.isClose({ rtol: 1e-12, atol: 1e-14 })(a)(b) ? null : `got ${g.show(b)}, expected ${g.show(a)}`

/** The page's policy, seen from inside. */
const forbidsCode = (): string | null => {
  try {
    // eslint-disable-next-line @typescript-eslint/no-implied-eval -- it must fail
    new Function('return 1')
    return 'the page may make functions from text, so the check shows nothing'
  } catch {
    return null
  }
}

const compiles = (): string | null => {
  const f = (x: g.Tensor) =>
    g.sum(g.primitive.vocabulary.mul(g.primitive.vocabulary.tanh(x), g.primitive.vocabulary.sigmoid(x)))
  const x = g.random.normal([300])(g.random.key(1)) as unknown as g.Tensor
  return close(g.grad(f)(x), g.compile(g.grad(f))(x))
}

const loops = (): string | null => {
  const power = (x: g.Scalar) => g.repeat(5)((y: g.Scalar) => g.mul(x)(y))(x)
  return close(g.scalar(6 * 32), g.compile(g.grad(power))(g.scalar(2)))
}

const trains = (compile: boolean): string | null => {
  const problem = {
    model: g.nn.sequential(
      g.nn.dense({ inputs: 2, outputs: 4, activation: g.tanh }),
      g.nn.dense({ inputs: 4, outputs: 1 })
    ),
    loss: g.nn.binaryCrossEntropyWithLogits,
    optimizer: g.optim.adam({ learningRate: 0.1 })
  }
  const start = g.train.start(problem)(g.random.key(0))
  const fitted = g.train.fit(problem, { epochs: 300, batchSize: 4, compile })(g.data.xor)(start)
  if (isLeft(fitted)) return JSON.stringify(fitted.left)
  const last = fitted.right.history[fitted.right.history.length - 1]!.loss
  return last < 0.01 ? null : `the loss is ${last} after 300 epochs`
}

const fromBase64 = (text: string): Uint8Array => Uint8Array.from(atob(text), (letter) => letter.charCodeAt(0))

/** The numbers 3, 1, 4 as an IDX file in two members of gzip, and 512 zeros behind them. */
const unpacks = async (): Promise<Result> => {
  const name = 'gunzip reads a file of several members with padding'
  const [first, second] = ['H4sIAAAAAAAAA2Ng4GBkAADklyrRBQAAAA==', 'H4sIAAAAAAAAA2NgYGZmZAEATEVHvwYAAAA=']
  const file = Uint8Array.from([...fromBase64(first), ...fromBase64(second), ...new Uint8Array(512)])
  const read = await g.data.readIdx(file)()
  return { name, fault: isLeft(read) ? g.data.showError(read.left) : close(g.tensor([3, 1, 4]), read.right) }
}

const results: readonly Result[] = [
  check('code from text is forbidden here', forbidsCode),
  check('a compiled gradient is the gradient', compiles),
  check('a loop compiles', loops),
  check('fit learns exclusive or by a program', () => trains(true)),
  check('fit learns exclusive or without one', () => trains(false)),
  ...laws
    .run(laws.engine(), { numRuns: 5 })
    .map(({ law, outcome }) => ({ name: law, fault: isRight(outcome) ? null : laws.showFailure(outcome.left) }))
]

void unpacks().then((unpacked) => fetch('/results', { method: 'POST', body: JSON.stringify([unpacked, ...results]) }))
