import * as kinds from '../kinds/index.ts'

/**
 * Why a picture or a report was not made.
 *
 * @category rendering
 * @since 0.1.0
 */
export type ReportError =
  /** Vega or Vega-Lite is not installed, or cannot be loaded here. */
  | { readonly _tag: 'MissingPackage'; readonly packages: readonly string[]; readonly reason: string }
  | { readonly _tag: 'InvalidChart'; readonly chart: string; readonly message: string }

const names = kinds.listOf(kinds.text, 'an array of names')

const isReportError = ({ _tag, ...rest }: Readonly<Record<string, unknown>>): boolean =>
  _tag === 'MissingPackage'
    ? names.holds(rest['packages']) && kinds.text.holds(rest['reason'])
    : _tag === 'InvalidChart' && kinds.text.holds(rest['chart']) && kinds.text.holds(rest['message'])

const reportError = kinds.kind<ReportError>(
  'a report error',
  (value) => typeof value === 'object' && value !== null && isReportError(value as Readonly<Record<string, unknown>>)
)

/**
 * A report error as text.
 *
 * @throws ValueError for an argument that is not a report error
 * @example
 * import { strictEqual } from 'assert'
 * import { showError } from 'grad-ts/report'
 *
 * strictEqual(
 *   showError({ _tag: 'MissingPackage', packages: ['vega', 'vega-lite'], reason: 'not found' }),
 *   'drawing charts needs vega and vega-lite: npm install vega vega-lite (not found)'
 * )
 * @category rendering
 * @since 0.1.0
 */
export const showError = (given: ReportError): string => {
  const error = kinds.mustBe(reportError, 'showError: the error', given)
  return error._tag === 'InvalidChart'
    ? `the chart "${error.chart}" cannot be drawn: ${error.message}`
    : `drawing charts needs ${error.packages.join(' and ')}: npm install ${error.packages.join(' ')} (${error.reason})`
}

/** What went wrong, from whatever was thrown. */
export const reasonOf = (error: unknown): string =>
  (error instanceof Error ? error.message : String(error)).split('\n')[0]!
