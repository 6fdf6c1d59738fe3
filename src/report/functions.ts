import { sum } from '../ops/reduce.ts'
import { dimsOf, make, type Scalar, type Tensor, valuesOf } from '../tensor/tensor.ts'
import { showDims } from '../tensor/dims.ts'
import { fail } from '../tensor/errors.ts'
import { grad } from '../transform/grad.ts'
import {
  type AxisSettings,
  type Chart,
  chart,
  extent,
  formatFor,
  inUnits,
  type JsonObject,
  PLOT_WIDTH,
  quantity,
  readable,
  short,
  unitOf
} from './chart.ts'
import { byName } from './lines.ts'
import { between, gapsOf, gapsTold, type Interval, intervalOf, type Named, namedOf, wholeOf } from './numbers.ts'
import { asFunction, asTensor } from '../tensor/given.ts'
import { checked } from './settings.ts'
import { shownOfLine } from './thin.ts'

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
 * function and its derivative share a plot, several functions have a second one for theirs. What is not finite leaves a gap,
 * and the description says how many there are.
 *
 * @throws ShapeError when a function is not elementwise
 * @throws ValueError for an argument or a setting that is not of its kind
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
  const settings = checked('functionPlot', given, ['x', 'derivative', 'samples', 'xTitle', 'yTitle', 'title'])
  return (functions: Named<Curve>): Chart => {
    const what = 'functionPlot'
    const { derivative = true, samples = 201, xTitle = 'x', yTitle = 'value' } = settings
    const [from, to] = intervalOf(what, 'x', settings.x ?? [-5, 5])
    const count = wholeOf(what, 'samples', samples, 2)
    const places = Array.from({ length: count }, (_, i) => between(from, to, i / (count - 1)))
    const x = make<[number]>([count], Float64Array.from(places))
    const named = namedOf(what, functions)
    named.forEach(([name, f]) => asFunction(`${what}: ${name}`, f))
    const names = named.map(([name]) => name)
    const slope = (f: Curve): Tensor<[number]> => grad((z: Tensor<[number]>): Scalar => sum(f(z)))(x)
    const drawn = named.map(([name, f]) => ({ series: name, y: elementwise(name, count, f(x)) }))
    const slopes = derivative ? named.map(([name, f]) => ({ series: name, y: elementwise(name, count, slope(f)) })) : []
    const gaps = [
      ...drawn.flatMap(({ series, y }) => gapsOf(series, y, Number.isFinite, (i) => `at ${readable(places[i]!)}`)),
      ...slopes.flatMap(({ series, y }) =>
        gapsOf(`the derivative of ${series}`, y, Number.isFinite, (i) => `at ${readable(places[i]!)}`)
      )
    ]
    const title = settings.title ?? (names.length === 1 ? names[0]! : 'Functions')
    const shown = `from ${readable(from)} to ${readable(to)}`
    const single = names.length === 1
    const own = single && derivative ? [names[0]!, 'derivative'] : names
    const xUnit = unitOf([from, to])
    const panel = (curves: readonly Drawn[], label: string): JsonObject => {
      const all = curves.flatMap(({ y }) => y)
      const unit = unitOf(extent(all.filter(Number.isFinite)))
      const rows = curves.flatMap(({ series, y }) => {
        const heights = y.map((value) => (Number.isFinite(value) ? short(value / unit) : null))
        return shownOfLine(heights, curves.length).map((i) => ({
          series,
          x: short(places[i]! / xUnit),
          y: heights[i]!
        }))
      })
      return {
        width: PLOT_WIDTH,
        height: single ? 200 : 160,
        data: { values: rows },
        mark: { type: 'line', strokeWidth: 2 },
        encoding: {
          x: {
            field: 'x',
            type: 'quantitative',
            title: inUnits(xTitle, xUnit),
            scale: { domain: [from / xUnit, to / xUnit], nice: false },
            axis: { ...formatFor([from / xUnit, to / xUnit]) }
          },
          y: {
            field: 'y',
            type: 'quantitative',
            title: inUnits(label, unit),
            ...quantity(
              what,
              'linear',
              all.map((value) => value / unit),
              { zero: true }
            )
          },
          ...byName(own)
        }
      }
    }
    const summary =
      `${names.join(', ')}${derivative ? (single ? ' and its derivative' : ' and their derivatives') : ''}, ${shown}.` +
      gaps.map((gap) => ` ${gap}.`).join('')
    const both = [...drawn, ...slopes.map(({ y }) => ({ series: 'derivative', y }))]
    return chart(
      { title, subtitle: gapsTold(gaps), summary },
      single || !derivative
        ? panel(single ? both : drawn, yTitle)
        : { vconcat: [panel(drawn, yTitle), panel(slopes, 'derivative')], spacing: 14 }
    )
  }
}

/** A curve by the name in the legend. */
interface Drawn {
  readonly series: string
  readonly y: readonly number[]
}

const elementwise = (name: string, count: number, values: Tensor<[number]>): readonly number[] => {
  const dims = dimsOf(asTensor(`functionPlot: what ${name} gives`, values))
  return dims.length === 1 && dims[0] === count
    ? Array.from(valuesOf('functionPlot', values))
    : fail('ShapeError', `functionPlot: ${name} gives shape ${showDims(dims)} for [${count}]; it must be elementwise`)
}
