import * as kinds from '../kinds/index.ts'
import { extent, gapsOf, type Interval, isOnScale, type Named, namedOf, type ScaleType } from '../plot/numbers.ts'
import * as plot from '../plot/settings.ts'
import { fail } from '../tensor/errors.ts'
import { counted, readable } from '../tensor/text.ts'
import { asHistory } from '../train/rule.ts'
import type { EpochRecord } from '../train/state.ts'
import { type Chart, chart, lineLegend } from './chart.ts'
import { colorScale, dashScale, okabeIto } from './color.ts'
import type { JsonObject } from './json.ts'
import { linePanel } from './lines.ts'

/** Learning curves: the figures of training histories by epoch. */

/** What a training run remembers of its epochs. @category charts @since 0.1.0 */
export type History = readonly EpochRecord[]

const PLOT_HEIGHT = 160

const sets = ['training', 'validation'] as const

/** The values of one figure in one run, by epoch. */
interface Line {
  readonly run: string
  readonly figure: string
  readonly set: (typeof sets)[number]
  readonly epochs: readonly number[]
  readonly values: readonly number[]
}

const isHistory = (runs: History | Named<History>): runs is History => Array.isArray(runs)

/** `balancedAccuracy` reads `balanced accuracy`. */
const wordsOf = (figure: string): string => figure.replace(/([a-z0-9])([A-Z])/g, '$1 $2').toLowerCase()

const capital = (text: string): string => text.charAt(0).toUpperCase() + text.slice(1)

/** A line for each figure of a run; `validationLoss` is the `loss` of the validation set. */
const linesOf = (run: string, history: History): readonly Line[] => {
  const names = [...new Set(history.flatMap((record) => Object.keys(record)))].filter((name) => name !== 'epoch')
  return names.flatMap((name) => {
    const [, base] = /^validation([A-Z].*)$/.exec(name) ?? []
    const records = history.filter((record) => record[name] !== undefined)
    const line: Line = {
      run,
      figure: base === undefined ? name : base.charAt(0).toLowerCase() + base.slice(1),
      set: base === undefined ? 'training' : 'validation',
      epochs: records.map(({ epoch }) => kinds.mustBe(kinds.anyNumber, 'learningCurves: epoch', epoch)),
      values: records.map((record) => kinds.mustBe(kinds.anyNumber, `learningCurves: ${name}`, record[name]!))
    }
    return records.length === 0 ? [] : [line]
  })
}

/** Fractions of one, by what they are called and what they are. */
const isFraction = (figure: string, values: readonly number[]): boolean =>
  /accuracy|precision|recall|share/i.test(figure) &&
  values.every((value) => !Number.isFinite(value) || (value >= 0 && value <= 1))

/** A few things in a row: `a, b and c`. */
const enumerated = (names: readonly string[]): string =>
  names.length < 2 ? names.join('') : `${names.slice(0, -1).join(', ')} and ${names.at(-1)!}`

const learningSettings = kinds.settings('learningCurves', {
  ...plot.titled,
  /** Which figures, such as `loss` and `accuracy`; each brings its validation figure along. All there are when left out. */
  figures: plot.texts,
  /** The scale of figures named after a loss; the others are linear always. */
  scale: plot.scale,
  /** Shows only this many of the last epochs of each run: a zoom. */
  last: [plot.integer(1, Infinity), undefined],
  /** Epochs to mark with a line across, by what stands beside it, such as `{ kept: 36 }`. */
  marks: [kinds.anything as kinds.Kind<Named<number>>, {}]
})

/** Settings of learning curves. @category settings @since 0.1.0 */
export interface LearningSettings extends kinds.Given<typeof learningSettings.fields> {}

/**
 * Learning curves: one plot for each figure of the history (loss, accuracy, …), training and validation told apart by
 * dashes. Several runs, by name, share the plots and are told apart by color. What is not finite, or not above 0 on a log
 * scale, leaves a gap, and the description says how many there are. Of a run of thousands of epochs no more are drawn than
 * can be seen: the smallest and the largest of each stretch.
 *
 * @throws ValueError when a history is empty, a figure is missing, a log scale has nothing above 0 to show, or a mark is at
 * an epoch that is not shown; and for an argument or a setting that is not of its kind
 * @example
 * import { ok, strictEqual } from 'assert'
 * import { learningCurves } from 'grad-ts/report'
 *
 * const history = [1, 2, 3].map((epoch) => ({ epoch, loss: 1 / epoch, validationLoss: 1.2 / epoch, accuracy: 1 - 0.3 / epoch }))
 * const chart = learningCurves()(history)
 * strictEqual(chart.description, 'Learning curves: loss and accuracy by epoch, epochs 1 to 3. At the end training loss 0.333, validation loss 0.4, training accuracy 0.9.')
 * ok(learningCurves({ scale: 'log', last: 2, title: 'The end' })({ small: history, large: history }))
 * ok(learningCurves({ marks: { lowest: 3 } })(history).description.endsWith('Marked: lowest at epoch 3.'))
 * const diverged = [{ epoch: 1, loss: 2 }, { epoch: 2, loss: NaN }]
 * ok(learningCurves()(diverged).description.endsWith('Training loss: 1 of 2 values cannot be drawn, the first in epoch 2: NaN.'))
 * @category charts
 * @since 0.1.0
 */
export const learningCurves = (given: LearningSettings = {}) => {
  const { last, scale, ...settings } = learningSettings.read(given)
  return (runs: History | Named<History>): Chart => {
    const what = 'learningCurves'
    const named = isHistory(runs) ? [['', runs] as const] : namedOf(what, runs)
    const all = named.flatMap(([run, history]) =>
      asHistory(what, history).length > 0
        ? linesOf(run, history.slice(-(last ?? history.length)))
        : fail(
            'ValueError',
            `${what}: the history${run === '' ? '' : ` of run ${run}`} is empty; train for an epoch first`
          )
    )
    const there = [...new Set(all.map(({ figure }) => figure))]
    const figures = settings.figures ?? there
    const missing = figures.find((figure) => !there.includes(figure))
    if (missing !== undefined)
      return fail('ValueError', `${what}: no history has the figure ${missing}; there are ${there.join(', ')}`)
    const ends = extent(all.flatMap(({ epochs }) => extent(epochs)))
    const shown = `epochs ${ends[0]} to ${ends[1]}`
    const marks = Object.entries(settings.marks)
    const wrong = marks.find(([, epoch]) => !(Number.isInteger(epoch) && epoch >= ends[0] && epoch <= ends[1]))
    if (wrong !== undefined)
      return fail('ValueError', `${what}: the mark ${wrong[0]} is at epoch ${wrong[1]}, and ${shown} are shown`)
    const scaleOf = (figure: string): ScaleType => (/loss/i.test(figure) ? scale : 'linear')
    const drawn = figures.flatMap((figure) => all.filter((line) => line.figure === figure))
    const gaps = drawn.flatMap(({ figure, set, run, epochs, values }) => {
      const name = `${capital(set)} ${wordsOf(figure)}${run === '' ? '' : ` of ${run}`}`
      return gapsOf(name, values, isOnScale(scaleOf(figure)), (i) => `in epoch ${epochs[i]!}`)
    })
    const names = named.map(([run]) => run)
    const several = names.length > 1
    const lasts = drawn.map(({ set, figure, values }) => `${set} ${wordsOf(figure)} ${readable(values.at(-1)!)}`)
    const look = lookOf(
      several ? names : [],
      all.some(({ set }) => set === 'validation')
    )
    const panels = figures.map((figure) => panelOf(figure, drawn, scaleOf(figure), ends, marks, look))
    return chart(
      {
        title:
          settings.title ??
          (last === undefined ? 'Learning curves' : `Learning curves, the last ${counted(last, 'epoch')}`),
        summary: [
          `${several ? `${names.length} runs (${names.join(', ')}), ` : ''}${enumerated(figures.map(wordsOf))} by epoch, ${shown}`,
          ...(several ? [] : [`At the end ${lasts.join(', ')}`]),
          ...(marks.length === 0
            ? []
            : [`Marked: ${marks.map(([name, epoch]) => `${name} at epoch ${epoch}`).join(', ')}`])
        ],
        gaps
      },
      panels.length === 1 ? panels[0]! : { vconcat: panels, spacing: 14 }
    )
  }
}

const panelOf = (
  figure: string,
  drawn: readonly Line[],
  yScale: ScaleType,
  [first, final]: Interval,
  marks: readonly (readonly [string, number])[],
  look: JsonObject
): JsonObject => {
  const own = drawn.filter((line) => line.figure === figure)
  const { panel, x } = linePanel(
    'learningCurves',
    own.map(({ run, set, epochs, values }) => ({
      name: figure,
      as: 'line',
      row: { run, kind: set },
      x: epochs,
      y: values
    })),
    {
      xTitle: 'epoch',
      yTitle: wordsOf(figure),
      yScale,
      height: PLOT_HEIGHT,
      x: first === final ? [first - 1, final + 1] : undefined,
      dotted: first === final,
      format: isFraction(
        figure,
        own.flatMap(({ values }) => values)
      )
        ? '~%'
        : undefined,
      fields: ['epoch', 'value'],
      look
    }
  )
  // each mark has a row of its own for its name, those near the ends of the axis on top: no line crosses a name
  const room = ([, epoch]: readonly [string, number]): number => Math.min(epoch - first, final - epoch)
  const lines = marks
    .toSorted((a, b) => room(a) - room(b))
    .map(([name, epoch], row) => {
      const isLeft = epoch <= (first + final) / 2
      const text = { align: isLeft ? 'left' : 'right', dx: isLeft ? 5 : -5, baseline: 'top', fontWeight: 'bold' }
      return {
        data: { values: [{ epoch }] },
        encoding: { x, y: { value: 14 * row } },
        layer: [
          { mark: { type: 'rule', strokeDash: [3, 3], strokeWidth: 1.5 }, encoding: { y2: { value: PLOT_HEIGHT } } },
          { mark: { type: 'text', dy: 2, fontSize: 12, ...text }, encoding: { text: { value: `${name}: ${epoch}` } } }
        ]
      }
    })
  return { ...panel, layer: [...panel.layer, ...lines] }
}

/** Several runs by color, training and validation by dashes; of one run both by both. */
const lookOf = (runs: readonly string[], withValidation: boolean): JsonObject => {
  if (runs.length === 0 && !withValidation) return { color: { value: okabeIto[0]! } }
  const channel = (field: string, names: readonly string[], scaleOf: typeof colorScale): JsonObject => ({
    field,
    type: 'nominal',
    scale: scaleOf(names),
    legend: lineLegend(names)
  })
  const run = ['run', runs] as const
  const kind = ['kind', sets] as const
  return {
    color: runs.length > 0 ? channel(...run, colorScale) : channel(...kind, colorScale),
    strokeDash: withValidation ? channel(...kind, dashScale) : channel(...run, dashScale)
  }
}
