/** What of the library is exported and not made of tensors. */

/** What is not made of tensors, and why there is nothing to run in a program. */
export const without: Readonly<Record<string, Readonly<Record<string, string>>>> = {
  ops: {},
  linalg: {},
  nn: {
    ...Object.fromEntries(
      [
        'sparse',
        'classReport',
        'f1',
        'precision',
        'recall',
        'binaryConfusionMatrix',
        'confusionMatrix',
        'binaryAccuracy',
        'categoricalAccuracy',
        'topKAccuracy',
        'rocCurve',
        'rocAuc',
        'rSquared'
      ].map((name) => [name, 'a metric: gives numbers, so it is not compiled'])
    ),
    training: 'a mode',
    inference: 'a mode'
  },
  optim: {},
  params: {
    paths: 'gives text',
    count: 'gives a number',
    getEq: 'reads numbers',
    isClose: 'reads numbers',
    allFinite: 'reads numbers',
    summary: 'gives text'
  },
  random: {
    key: 'makes a key of a number',
    isKey: 'gives true or false'
  },
  fft: {},
  transformations: { trace: 'gives a tape', sparsityPattern: 'gives numbers' }
}
