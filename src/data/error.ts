import * as kinds from '../kinds/index.ts'
import { showGiven } from '../tensor/errors.ts'

/**
 * One thing wrong with a file or a data set: where, such as `byte 4` or `labels[7]`, and what is needed.
 *
 * @category reading
 * @since 0.1.0
 */
export interface Fault {
  readonly path: string
  readonly message: string
}

/**
 * Why data could not be read.
 *
 * @category reading
 * @since 0.1.0
 */
export type DataError =
  | { readonly _tag: 'InvalidIdx'; readonly faults: readonly Fault[] }
  | { readonly _tag: 'InvalidImages'; readonly faults: readonly Fault[] }
  | { readonly _tag: 'InvalidGzip'; readonly message: string }
  /** Unpacked, the data would have more bytes than allowed. */
  | { readonly _tag: 'TooLarge'; readonly maxBytes: number }

const titles = { InvalidIdx: 'no IDX file', InvalidImages: 'images and labels do not fit together' } as const

const faulty = {
  faults: kinds.listOf(
    kinds.record('{ path, message }', { path: kinds.text, message: kinds.text }),
    'an array of faults'
  )
}
const someError = kinds.tagged<DataError['_tag']>('a data error', {
  InvalidIdx: faulty,
  InvalidImages: faulty,
  InvalidGzip: { message: kinds.text },
  TooLarge: {}
})

/**
 * A data error as text, one fault a line.
 *
 * @throws ValueError when it is given no data error
 * @example
 * import { strictEqual } from 'assert'
 * import { data } from 'grad-ts'
 *
 * strictEqual(
 *   data.showError({ _tag: 'InvalidIdx', faults: [{ path: 'byte 3', message: 'needs a rank of at least 1, got 0' }] }),
 *   'no IDX file:\n  byte 3: needs a rank of at least 1, got 0'
 * )
 * @category reading
 * @since 0.1.0
 */
export const showError = (error: DataError): string => {
  kinds.mustBe(someError, 'showError: error', error)
  switch (error._tag) {
    case 'InvalidIdx':
    case 'InvalidImages':
      return [`${titles[error._tag]}:`, ...error.faults.map(({ path, message }) => `  ${path}: ${message}`)].join('\n')
    case 'InvalidGzip':
      return `no gzip file: ${error.message}`
    case 'TooLarge':
      return `unpacks to more than the ${showGiven(error.maxBytes)} bytes allowed; raise maxBytes if you trust the file`
  }
}
