import { fail, showGiven } from '../tensor/errors.ts'
import { asArray, asRecord, asText } from '../tensor/given.ts'

/**
 * Why a picture or a report was not made.
 *
 * @category rendering
 * @since 0.1.0
 */
export type ReportError =
  | {
      /** Vega or Vega-Lite is not installed, or cannot be loaded here. */
      readonly _tag: 'MissingPackage'
      readonly packages: readonly string[]
      readonly reason: string
    }
  | { readonly _tag: 'InvalidChart'; readonly chart: string; readonly message: string }
  | { readonly _tag: 'WriteFailed'; readonly path: string; readonly message: string }

const packagesOf = (packages: readonly string[]): readonly string[] =>
  Array.from(asArray('showReportError: packages', 'an array of names', packages), (name) =>
    asText('showReportError: packages', name)
  )

/**
 * A report error as text.
 *
 * @throws ValueError when it is given no report error
 * @example
 * import { strictEqual } from 'assert'
 * import { showReportError } from 'grad-ts/report'
 *
 * strictEqual(
 *   showReportError({ _tag: 'MissingPackage', packages: ['vega', 'vega-lite'], reason: 'not found' }),
 *   'drawing charts needs vega and vega-lite: npm install vega vega-lite (not found)'
 * )
 * @category rendering
 * @since 0.1.0
 */
export const showReportError = (error: ReportError): string => {
  asRecord('showReportError', 'a report error', error)
  switch (error._tag) {
    case 'MissingPackage':
      return `drawing charts needs ${packagesOf(error.packages).join(' and ')}: npm install ${packagesOf(error.packages).join(' ')} (${asText('showReportError: reason', error.reason)})`
    case 'InvalidChart':
      return `the chart "${asText('showReportError: chart', error.chart)}" cannot be drawn: ${asText('showReportError: message', error.message)}`
    case 'WriteFailed':
      return `${asText('showReportError: path', error.path)} was not written: ${asText('showReportError: message', error.message)}`
    default:
      return fail('ValueError', `showReportError: needs a report error, got ${showGiven(error)}`)
  }
}

/** What went wrong, from whatever was thrown. */
export const reasonOf = (error: unknown): string =>
  (error instanceof Error ? error.message : String(error)).split('\n')[0]!
