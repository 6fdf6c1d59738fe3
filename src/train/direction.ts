/** Whether a figure is to fall or to rise: known for the figures that the library names, asked for otherwise. */

const falling = [
  'loss',
  'error',
  'mse',
  'rmse',
  'mae',
  'meanSquaredError',
  'halfMeanSquaredError',
  'meanAbsoluteError',
  'huber',
  'binaryCrossEntropyWithLogits'
]

const rising = [
  'epoch',
  'accuracy',
  'binaryAccuracy',
  'categoricalAccuracy',
  'topKAccuracy',
  'precision',
  'recall',
  'f1',
  'auc',
  'rocAuc',
  'rSquared'
]

/** Names whose last word says it, such as `validationLoss`, `test_loss` and `trainAccuracy`. */
const ends = (word: string): RegExp =>
  new RegExp(`(^|[_ -])${word}$|[a-z0-9]${word.charAt(0).toUpperCase()}${word.slice(1)}$`)
const fallingEnds = [ends('loss'), ends('crossEntropy')]
const risingEnds = ends('accuracy')

/** The name of a figure of the validation data. @internal */
export const validationName = (figure: string): string =>
  `validation${figure.charAt(0).toUpperCase()}${figure.slice(1)}`

const isOneOf = (names: readonly string[], figure: string): boolean =>
  names.some((name) => name === figure || validationName(name) === figure)

/** Which way a figure is better, by its name; `null` where the name does not say. @internal */
export const directionOf = (figure: string): 'min' | 'max' | null =>
  isOneOf(falling, figure) || fallingEnds.some((end) => end.test(figure))
    ? 'min'
    : isOneOf(rising, figure) || risingEnds.test(figure)
      ? 'max'
      : null

/** What to write where the name of a figure does not say which way is better. @internal */
export const askForMode = (figure: string): string =>
  `needs 'min' or 'max': whether ${figure} is to fall or to rise is not known by its name`
