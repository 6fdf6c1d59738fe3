/** Data sets: made up, chosen from, split, cut into batches and brought to scale. */
export { type ClassRow, type ClassSettings, fromClassRows } from './classes.ts'
export { batches, type Dataset, type Labelled, rows, type SomeRows, type Table, take } from './dataset.ts'
export {
  type MinMax,
  minMax,
  minMaxScaler,
  standardise,
  type Standardiser,
  standardiser,
  unstandardise
} from './scale.ts'
export {
  blobs,
  type BlobsSettings,
  circles,
  type CirclesSettings,
  moons,
  type MoonsSettings,
  spirals,
  type SpiralsSettings
} from './shapes.ts'
export { type Parts, split, type SplitSettings } from './split.ts'
export { xor } from './xor.ts'
