/** The gradient check: automatic differentiation against finite differences. */
import { pipe } from 'fp-ts/lib/function.js'
import { check, nn, type Params, random, type Shape, train } from '../../src/index.ts'

/**
 * The relative error over all parameters, on a few examples, none of them at a kink. It is measured after one step, as
 * parameters that start at 0 may leave others without a gradient. The mode is training with one key, so that dropout drops
 * the same units in every evaluation.
 */
export const gradientError =
  <P extends Params, St, I extends Shape, O extends Shape, T extends Shape>(
    problem: train.Problem<P, St, I, O, T>,
    few: train.Dataset<I, T>
  ) =>
  (key: random.Key): number => {
    const [startKey, modeKey] = random.split(2)(key)
    const { state } = pipe(train.start(problem)(startKey), train.step(problem)(few))
    const objective = train.objective(problem)(nn.training(modeKey))(state.modelState, few)
    return check.gradientCheck<Params>((p) => objective(p as P)[0])(state.params).relativeError
  }
