import * as kinds from '../kinds/index.ts'
import { sum } from '../ops/reduce.ts'
import { dimsOf, make, type Scalar, type Tensor, valuesOf } from '../tensor/tensor.ts'
import { showDims } from '../tensor/dims.ts'
import { fail } from '../tensor/errors.ts'
import { asFunction, asTensor } from '../tensor/given.ts'
import { grad } from '../transform/grad.ts'
import { between, gapsOf, gapsTold, type Interval, type Named, namedOf } from '../plot/numbers.ts'
import * as plot from '../plot/settings.ts'
import { readable, sentences } from '../tensor/text.ts'
import { type AxisSettings, type Chart, chart } from './chart.ts'
import { linePanel } from './lines.ts'

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

const functionSettings = kinds.settings('functionPlot', {
  ...plot.axes,
  xTitle: [kinds.text, 'x'],
  yTitle: [kinds.text, 'value'],
  x: [plot.interval, [-5, 5] as Interval],
  derivative: plot.flag(true),
  samples: [plot.whole(2), 201]
})

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
  const settings = functionSettings.read(given)
  return (functions: Named<Curve>): Chart => {
    const what = 'functionPlot'
    const { derivative, samples: count, xTitle, yTitle } = settings
    const [from, to] = settings.x
    const places = Array.from({ length: count }, (_, i) => between(from, to, i / (count - 1)))
    const x = make<[number]>([count], Float64Array.from(places))
    const named = namedOf(what, functions)
    named.forEach(([name, f]) => asFunction(`${what}: ${name}`, f))
    const names = named.map(([name]) => name)
    const slope = (f: Curve): Tensor<[number]> => grad((z: Tensor<[number]>): Scalar => sum(f(z)))(x)
    const line = (name: string, y: Tensor<[number]>) => ({
      name,
      as: 'line' as const,
      x: places,
      y: elementwise(name, count, y)
    })
    const drawn = named.map(([name, f]) => line(name, f(x)))
    const slopes = derivative ? named.map(([name, f]) => line(name, slope(f))) : []
    const place = (i: number): string => `at ${readable(places[i]!)}`
    const gaps = [
      ...drawn.flatMap(({ name, y }) => gapsOf(name, y, Number.isFinite, place)),
      ...slopes.flatMap(({ name, y }) => gapsOf(`the derivative of ${name}`, y, Number.isFinite, place))
    ]
    const single = names.length === 1
    const of = derivative ? (single ? ' and its derivative' : ' and their derivatives') : ''
    const panel = (lines: typeof drawn, label: string) =>
      linePanel(what, lines, { xTitle, yTitle: label, x: [from, to], height: single ? 200 : 160, zero: true }).panel
    return chart(
      {
        title: settings.title ?? (single ? names[0]! : 'Functions'),
        subtitle: gapsTold(gaps),
        summary: sentences([`${names.join(', ')}${of}, from ${readable(from)} to ${readable(to)}`, ...gaps])
      },
      single || !derivative
        ? panel([...drawn, ...slopes.map((one) => ({ ...one, name: 'derivative' }))], yTitle)
        : { vconcat: [panel(drawn, yTitle), panel(slopes, 'derivative')], spacing: 14 }
    )
  }
}

const elementwise = (name: string, count: number, values: Tensor<[number]>): readonly number[] => {
  const dims = dimsOf(asTensor(`functionPlot: what ${name} gives`, values))
  return dims.length === 1 && dims[0] === count
    ? Array.from(valuesOf('functionPlot', values))
    : fail('ShapeError', `functionPlot: ${name} gives shape ${showDims(dims)} for [${count}]; it must be elementwise`)
}
