import { sum } from '../ops/reduce.ts'
import { dimsOf, make, type Scalar, type Tensor, valuesOf } from '../tensor/tensor.ts'
import { showDims } from '../tensor/dims.ts'
import { fail } from '../tensor/errors.ts'
import { grad } from '../transform/grad.ts'
import {
  type AxisSettings,
  type Chart,
  chart,
  formatFor,
  type JsonObject,
  PLOT_WIDTH,
  readable,
  short
} from './chart.ts'
import { byName } from './lines.ts'
import { type Interval, intervalOf, type Named, namedOf, numbersOf, wholeOf } from './numbers.ts'
import { asFunction, asTensor } from '../tensor/given.ts'
import { checked } from './settings.ts'

/** An elementwise function, such as an activation. @category charts @since 0.1.0 */
export type Curve = (x: Tensor<[number]>) => Tensor<[number]>

/** Settings of a plot of functions. @category settings @since 0.1.0 */
export interface FunctionSettings extends AxisSettings {
  /** The interval shown; from −5 to 5 when left out. */
  readonly x?: Interval
  /** Whether derivatives are drawn too; they are. */
  readonly derivative?: boolean
  /** How many points a line joins; 201 when left out, an odd number so that 0 is among them. */
  readonly samples?: number
}

/**
 * Functions of one number, such as activations, with their derivatives, which are taken by differentiation: a single
 * function and its derivative share a plot, several functions have a second one for theirs.
 *
 * @throws ShapeError when a function is not elementwise
 * @throws ValueError when a value is not finite, and for an argument or a setting that is not of its kind
 * @example
 * import { ok } from 'assert'
 * import { relu, tanh } from 'grad-ts'
 * import { functionPlot } from 'grad-ts/report'
 *
 * ok(functionPlot({ x: [-3, 3] })({ tanh }).description.includes('tanh and its derivative'))
 * ok(functionPlot()({ relu, tanh }).description.includes('relu, tanh and their derivatives'))
 * @category charts
 * @since 0.1.0
 */
export const functionPlot = (given: FunctionSettings = {}) => {
  const settings = checked('functionPlot', given)
  return (functions: Named<Curve>): Chart => {
    const what = 'functionPlot'
    const { derivative = true, samples = 201, xTitle = 'x', yTitle = 'value' } = settings
    const [from, to] = intervalOf(what, 'x', settings.x ?? [-5, 5])
    const count = wholeOf(what, 'samples', samples, 2)
    const places = Array.from({ length: count }, (_, i) => from + ((to - from) * i) / (count - 1))
    const x = make<[number]>([count], Float64Array.from(places))
    const named = namedOf(what, functions)
    named.forEach(([name, f]) => asFunction(`${what}: ${name}`, f))
    const names = named.map(([name]) => name)
    const curve = (series: string, kind: string, values: Tensor<[number]>): readonly JsonObject[] =>
      numbersOf(what, `${kind} of ${series}`, elementwise(series, count, values)).map((y, i) => ({
        series,
        kind,
        x: short(places[i]!),
        y: short(y)
      }))
    const slope = (f: Curve): Tensor<[number]> => grad((z: Tensor<[number]>): Scalar => sum(f(z)))(x)
    const values = named.flatMap(([name, f]) => curve(name, 'value', f(x)))
    const slopes = derivative ? named.flatMap(([name, f]) => curve(name, 'derivative', slope(f))) : []
    const title = settings.title ?? (names.length === 1 ? names[0]! : 'Functions')
    const shown = `from ${readable(from)} to ${readable(to)}`
    const single = names.length === 1
    const own = single && derivative ? [names[0]!, 'derivative'] : names
    const rows = single ? [...values, ...slopes.map((row) => ({ ...row, series: 'derivative' }))] : values
    const panel = (data: readonly JsonObject[], label: string): JsonObject => ({
      width: PLOT_WIDTH,
      height: single ? 200 : 160,
      data: { values: data },
      mark: { type: 'line', strokeWidth: 2 },
      encoding: {
        x: {
          field: 'x',
          type: 'quantitative',
          title: xTitle,
          scale: { domain: [from, to], nice: false },
          axis: { ...formatFor([from, to]) }
        },
        y: { field: 'y', type: 'quantitative', title: label, axis: { tickCount: 5 } },
        ...byName(own)
      }
    })
    const summary = `${names.join(', ')}${derivative ? (single ? ' and its derivative' : ' and their derivatives') : ''}, ${shown}.`
    return chart(
      { title, summary },
      single || !derivative
        ? panel(rows, yTitle)
        : { vconcat: [panel(values, yTitle), panel(slopes, 'derivative')], spacing: 14 }
    )
  }
}

const elementwise = (name: string, count: number, values: Tensor<[number]>): Float64Array => {
  const dims = dimsOf(asTensor(`functionPlot: what ${name} gives`, values))
  return dims.length === 1 && dims[0] === count
    ? valuesOf('functionPlot', values)
    : fail('ShapeError', `functionPlot: ${name} gives shape ${showDims(dims)} for [${count}]; it must be elementwise`)
}
