/** The gradient check: what the tape says of a derivative, against what numbers say. */
import { pipe } from 'fp-ts/lib/function.js'
import { check, nn, type Params, random, type Shape, train } from '../../src/index.ts'

/**
 * The relative error over all parameters, on a few examples, none of them on a kink. It is taken after one step, as biases
 * start at 0, and so may the last weights: then those before them have no gradient yet, and would be checked for nothing.
 * The mode is training: one key, so that dropout drops the same in every evaluation.
 */
export const gradientError =
  <P extends Params, St, I extends Shape, O extends Shape, T extends Shape>(
    problem: train.Problem<P, St, I, O, T>,
    few: train.Dataset<I, T>
  ) =>
  (key: random.Key): number => {
    const [startKey, modeKey] = random.split(2)(key)
    const { state } = pipe(train.start(problem)(startKey), train.step(problem)(few))
    const objective = train.objective(problem)(nn.train(modeKey))(state.modelState, few)
    return check.gradientCheck<Params>((p) => objective(p as P)[0])(state.params).relativeError
  }
