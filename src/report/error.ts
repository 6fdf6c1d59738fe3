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

/**
 * A report error as text.
 *
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
  switch (error._tag) {
    case 'MissingPackage':
      return `drawing charts needs ${error.packages.join(' and ')}: npm install ${error.packages.join(' ')} (${error.reason})`
    case 'InvalidChart':
      return `the chart "${error.chart}" cannot be drawn: ${error.message}`
    case 'WriteFailed':
      return `${error.path} was not written: ${error.message}`
  }
}

/** What went wrong, from whatever was thrown. */
export const reasonOf = (error: unknown): string =>
  (error instanceof Error ? error.message : String(error)).split('\n')[0]!
