/** Random numbers from splittable keys: no generator, no global state, the same numbers on every machine. */
export { normal, type NormalSettings, truncatedNormal, uniform, type UniformSettings } from './continuous.ts'
export {
  bernoulli,
  bits,
  categorical,
  multinomial,
  type MultinomialSettings,
  poisson,
  type PoissonSettings,
  randint,
  type RandintSettings
} from './discrete.ts'
export { beta, type BetaSettings, dirichlet, gamma, type GammaSettings } from './gamma.ts'
export { foldIn, fromWords, isKey, type Key, key, type Keys, keys, split } from './key.ts'
export { exponential, type ExponentialSettings, gumbel, laplace, type LocationScaleSettings } from './locationScale.ts'
export { choice, type ChoiceSettings, permutation } from './order.ts'
export type { Parameter } from './parameter.ts'
export { type Probabilities } from './probabilities.ts'
