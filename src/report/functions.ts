import * as kinds from '../kinds/index.ts'
import { sum } from '../ops/reduce.ts'
import { gapsOf, interpolate, type Interval, type Named, namedOf } from '../plot/numbers.ts'
import * as plot from '../plot/settings.ts'
import { showDims } from '../tensor/dims.ts'
import { fail } from '../tensor/errors.ts'
import { asTensor } from '../tensor/given.ts'
import { dimsOf, make, type Scalar, type Tensor, valuesOf } from '../tensor/tensor.ts'
import { readable } from '../tensor/text.ts'
import { grad } from '../transform/grad.ts'
import { type Chart, chart } from './chart.ts'
import { linePanel } from './lines.ts'

/** An elementwise function, such as an activation. @category charts @since 0.1.0 */
export type Curve = (x: Tensor<[number]>) => Tensor<[number]>

const functionSettings = kinds.settings('functionPlot', {
  ...plot.axes,
  xTitle: [kinds.text, 'x'],
  yTitle: [kinds.text, 'value'],
  /** The interval shown; from −5 to 5 when left out. */
  x: [plot.interval, [-5, 5] as Interval],
  /** Whether derivatives are drawn too; they are. */
  derivative: plot.flag(true),
  /** How many points a line joins; 201 when left out, an odd number so that 0 is among them. */
  samples: [plot.integer(2), 201]
})

/** Settings of a plot of functions. @category settings @since 0.1.0 */
export interface FunctionSettings extends kinds.Given<typeof functionSettings.fields> {}

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
  const { derivative, samples, xTitle, yTitle, x: interval, title } = functionSettings.read(given)
  return (functions: Named<Curve>): Chart => {
    const what = 'functionPlot'
    const places = Array.from({ length: samples }, (_, i) => interpolate(...interval, i / (samples - 1)))
    const x = make<[number]>([samples], Float64Array.from(places))
    const named = namedOf(what, functions)
    named.forEach(([name, f]) => kinds.mustBe(kinds.anyFunction, `${what}: ${name}`, f))
    const names = named.map(([name]) => name)
    const linesOf = (of: (f: Curve) => Curve) =>
      named.map(([name, f]) => ({ name, as: 'line' as const, x: places, y: elementwise(name, samples, of(f)(x)) }))
    const values = linesOf((f) => f)
    const slopes = derivative ? linesOf((f) => grad((z: Tensor<[number]>): Scalar => sum(f(z)))) : []
    const at = (i: number): string => `at ${readable(places[i]!)}`
    const gaps = [
      ...values.flatMap(({ name, y }) => gapsOf(name, y, Number.isFinite, at)),
      ...slopes.flatMap(({ name, y }) => gapsOf(`the derivative of ${name}`, y, Number.isFinite, at))
    ]
    const single = names.length === 1
    const derivatives = single ? ' and its derivative' : ' and their derivatives'
    const panel = (lines: typeof values, label: string) =>
      linePanel(what, lines, { xTitle, yTitle: label, x: interval, height: single ? 200 : 160, zero: true }).panel
    const [from, to] = interval.map(readable)
    return chart(
      {
        title: title ?? (single ? names[0]! : 'Functions'),
        summary: [`${names.join(', ')}${derivative ? derivatives : ''}, from ${from!} to ${to!}`],
        gaps
      },
      single || !derivative
        ? panel([...values, ...slopes.map((slope) => ({ ...slope, name: 'derivative' }))], yTitle)
        : { vconcat: [panel(values, yTitle), panel(slopes, 'derivative')], spacing: 14 }
    )
  }
}

const elementwise = (name: string, count: number, values: Tensor<[number]>): readonly number[] => {
  const dims = dimsOf(asTensor(`functionPlot: what ${name} gives`, values))
  return dims.length === 1 && dims[0] === count
    ? Array.from(valuesOf('functionPlot', values))
    : fail('ShapeError', `functionPlot: ${name} gives shape ${showDims(dims)} for [${count}]; it must be elementwise`)
}
