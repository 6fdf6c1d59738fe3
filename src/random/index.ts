/** Random numbers from splittable keys: no generator, no global state, the same numbers on every machine. */
export { normal, type NormalSettings, truncatedNormal, uniform, type UniformSettings } from './continuous.ts'
export { bernoulli, categorical, randint, type RandintSettings } from './discrete.ts'
export { foldIn, fromWords, isKey, type Key, key, type Keys, keys, split } from './key.ts'
export { choice, type ChoiceSettings, permutation } from './order.ts'
export { type Probabilities } from './probabilities.ts'
