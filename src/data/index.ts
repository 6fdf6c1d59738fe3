/** Data sets: made up, read from files, chosen from, split, cut into batches and brought to scale. */
export { type ClassRow, type ClassSettings, fromClassRows } from './classes.ts'
export { batches, type Dataset, type Labelled, rows, type SomeRows, type Table, take } from './dataset.ts'
export { type DataError, type Fault, showError } from './error.ts'
export { gunzip, type GunzipSettings } from './gzip.ts'
export { formatIdx, type IdxType, parseIdx, readIdx } from './idx.ts'
export { type ImagesAndLabels, type ImageSettings, imagesWithLabels } from './images.ts'
export { inverseTransform, minMaxScaler, type Scaler, standardScaler, transform } from './scale.ts'
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
