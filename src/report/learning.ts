import * as kinds from '../kinds/index.ts'
import { fail } from '../tensor/errors.ts'
import type { EpochRecord } from '../train/state.ts'
import { asNumber } from '../tensor/given.ts'
import { asHistory } from '../train/rule.ts'
import { extent, gapsOf, gapsTold, isPlaced, type Named, namedOf, type ScaleType } from '../plot/numbers.ts'
import * as plot from '../plot/settings.ts'
import { counted, readable } from '../tensor/text.ts'
import { type Chart, chart, type ChartSettings, lineLegend } from './chart.ts'
import type { JsonObject } from './json.ts'
import { colorScale, dashScale, okabeIto } from './color.ts'
import { linePanel } from './lines.ts'

/** Learning curves: the figures of training histories by epoch. */

/** What a training run remembers of its epochs. @category charts @since 0.1.0 */
export type History = readonly EpochRecord[]

/** Settings of learning curves. @category settings @since 0.1.0 */
export interface LearningSettings extends ChartSettings {
  /** Which figures, such as `loss` and `accuracy`; each brings its validation figure along. All there are when left out. */
  readonly figures?: readonly string[]
  /** The scale of figures named after a loss; the others are linear always. */
  readonly scale?: ScaleType
  /** Shows only this many of the last epochs of each run: a zoom. */
  readonly last?: number
  /** Epochs to mark with a line across, by what stands beside it, such as `{ kept: 36 }`. */
  readonly marks?: Named<number>
}

const PLOT_HEIGHT = 160

const VALIDATION = 'validation'
const sets = ['training', 'validation'] as const

interface Value {
  readonly run: string
  readonly figure: string
  readonly kind: (typeof sets)[number]
  readonly epoch: number
  readonly value: number
}

/** `validationLoss` belongs to `loss`. */
const baseOf = (figure: string): string =>
  isValidation(figure) ? figure.charAt(VALIDATION.length).toLowerCase() + figure.slice(VALIDATION.length + 1) : figure

const isValidation = (figure: string): boolean => /^validation[A-Z]/.test(figure)

const isHistory = (runs: History | Named<History>): runs is History => Array.isArray(runs)

/** `balancedAccuracy` reads `balanced accuracy`. */
const wordsOf = (figure: string): string => figure.replace(/([a-z0-9])([A-Z])/g, '$1 $2').toLowerCase()

const valuesOfRun = (run: string, history: History): readonly Value[] =>
  history.flatMap((record) => {
    asNumber('learningCurves: epoch', record.epoch)
    return Object.entries(record).flatMap(([figure, value]) =>
      figure === 'epoch' || value === undefined
        ? []
        : [
            {
              run,
              figure: baseOf(figure),
              kind: sets[isValidation(figure) ? 1 : 0],
              epoch: record.epoch,
              value: asNumber(`learningCurves: ${figure}`, value)
            }
          ]
    )
  })

/** What is drawn of a figure: the values of each run and kind, in the order of the epochs. */
type Drawn = readonly (readonly Value[])[]

const linesOf = (runs: readonly (readonly Value[])[], figure: string): Drawn =>
  runs
    .flatMap((values) => sets.map((kind) => values.filter((one) => one.figure === figure && one.kind === kind)))
    .filter((line) => line.length > 0)

const scaleOf = (figure: string, scale: ScaleType): ScaleType => (/loss/i.test(figure) ? scale : 'linear')

/** Shares of one, by what they are called and what they are. */
const isShare = (figure: string, values: readonly Value[]): boolean =>
  /accuracy|precision|recall|share/i.test(figure) &&
  values.every(({ value }) => !Number.isFinite(value) || (value >= 0 && value <= 1))

const learningSettings = kinds.settings('learningCurves', {
  ...plot.titled,
  scale: plot.scale,
  figures: plot.texts,
  last: [plot.whole(1, Infinity), undefined],
  marks: [kinds.anything as kinds.Kind<Named<number>>, {}]
})

/**
 * Learning curves: one plot for each figure of the history (loss, accuracy, …), training and validation told apart by
 * dashes. Several runs, by name, share the plots and are told apart by colour. What is not finite, or not above 0 on a log
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
  const settings = learningSettings.read(given)
  return (runs: History | Named<History>): Chart => {
    const what = 'learningCurves'
    const named = isHistory(runs) ? [['', runs] as const] : namedOf(what, runs)
    const { last, scale } = settings
    const read = named.map(([run, history]) =>
      asHistory(what, history).length === 0
        ? fail(
            'ValueError',
            `${what}: ${run === '' ? 'the history' : `the history of run ${run}`} is empty; train for an epoch first`
          )
        : valuesOfRun(run, history.slice(Math.max(0, history.length - (last ?? Infinity))))
    )
    const all = read.flat()
    const figures = settings.figures ?? [...new Set(all.map(({ figure }) => figure))]
    const panels = figures.map((figure) => {
      const drawn = linesOf(read, figure)
      return drawn.length > 0
        ? { figure, drawn }
        : fail(
            'ValueError',
            `${what}: no history has the figure ${figure}; there are ${[...new Set(all.map((v) => v.figure))].join(', ')}`
          )
    })
    const names = named.map(([run]) => run)
    const several = names.length > 1
    const [first, final] = extent(all.map(({ epoch }) => epoch))
    const marks = Object.entries(settings.marks).map(([name, epoch]) =>
      Number.isInteger(epoch) && epoch >= first && epoch <= final
        ? { name, epoch }
        : fail(
            'ValueError',
            `${what}: the mark ${name} is at epoch ${epoch}, and epochs ${first} to ${final} are shown`
          )
    )
    const title =
      settings.title ?? (last === undefined ? 'Learning curves' : `Learning curves, the last ${counted(last, 'epoch')}`)
    const spoken = panels.map(({ figure }) => wordsOf(figure))
    const ends = panels.flatMap(({ figure, drawn }) =>
      drawn.map((line) => `${line[0]!.kind} ${wordsOf(figure)} ${readable(line.at(-1)!.value)}`)
    )
    const gaps = panels.flatMap(({ figure, drawn }) =>
      drawn.flatMap((line) => {
        const { kind, run } = line[0]!
        return gapsOf(
          `${kind} ${wordsOf(figure)}${run === '' ? '' : ` of ${run}`}`,
          line.map(({ value }) => value),
          isPlaced(scaleOf(figure, scale)),
          (i) => `in epoch ${line[i]!.epoch}`
        )
      })
    )
    const summary =
      `${several ? `${names.length} runs (${names.join(', ')}), ` : ''}${spoken.length > 1 ? `${spoken.slice(0, -1).join(', ')} and ${spoken.at(-1)}` : spoken[0]} by epoch, ` +
      `epochs ${first} to ${final}.${several ? '' : ` At the end ${ends.join(', ')}.`}` +
      (marks.length === 0
        ? ''
        : ` Marked: ${marks.map(({ name, epoch }) => `${name} at epoch ${epoch}`).join(', ')}.`) +
      gaps.map((gap) => ` ${gap.charAt(0).toUpperCase()}${gap.slice(1)}.`).join('')
    const withValidation = all.some(({ kind }) => kind === 'validation')
    const body = panels.map(({ figure, drawn }) =>
      panel(figure, drawn, scale, { names, several, withValidation, first, final, marks })
    )
    return chart(
      { title, subtitle: gapsTold(gaps), summary },
      body.length === 1 ? body[0]! : { vconcat: body, spacing: 14 }
    )
  }
}

interface Look {
  readonly names: readonly string[]
  readonly several: boolean
  readonly withValidation: boolean
  readonly first: number
  readonly final: number
  readonly marks: readonly { readonly name: string; readonly epoch: number }[]
}

const panel = (figure: string, drawn: Drawn, scale: ScaleType, look: Look): JsonObject => {
  const single = look.first === look.final
  const { panel: lines, x } = linePanel(
    'learningCurves',
    drawn.map((line) => ({
      name: figure,
      as: 'line',
      row: { run: line[0]!.run, kind: line[0]!.kind },
      x: line.map(({ epoch }) => epoch),
      y: line.map(({ value }) => value)
    })),
    {
      xTitle: 'epoch',
      yTitle: wordsOf(figure),
      yScale: scaleOf(figure, scale),
      height: PLOT_HEIGHT,
      ...(single ? { x: [look.first - 1, look.final + 1], dotted: true } : {}),
      ...(isShare(figure, drawn.flat()) ? { format: '~%' } : {}),
      fields: { x: 'epoch', y: 'value' },
      look: encodingFor(look)
    }
  )
  return { ...lines, layer: [...lines.layer, ...marksOf(look, x)] }
}

/**
 * A line across for each epoch that is marked, its name on top where there is more room. Each name has a row of its own, and
 * the lines that it would cross begin below it.
 */
const marksOf = ({ first, final, marks }: Look, x: JsonObject): readonly JsonObject[] => {
  const middle = (first + final) / 2
  const sorted = marks.toSorted((a, b) => a.epoch - b.epoch)
  const [before, after] = [sorted.filter(({ epoch }) => epoch <= middle), sorted.filter(({ epoch }) => epoch > middle)]
  const markOf =
    (align: 'left' | 'right') =>
    ({ name, epoch }: Look['marks'][number], row: number): JsonObject => {
      const dx = align === 'left' ? 5 : -5
      const from = 14 * row
      return {
        data: { values: [{ epoch }] },
        layer: [
          {
            mark: { type: 'rule', strokeDash: [3, 3], strokeWidth: 1.5 },
            encoding: { x, y: { value: from }, y2: { value: PLOT_HEIGHT } }
          },
          {
            mark: { type: 'text', align, dx, baseline: 'top', fontSize: 12, fontWeight: 'bold' },
            encoding: { x, y: { value: from + 2 }, text: { value: `${name}: ${epoch}` } }
          }
        ]
      }
    }
  return [...before.map(markOf('left')), ...after.toReversed().map(markOf('right'))]
}

/** Several runs by colour, training and validation by dashes; of one run both by both. */
const encodingFor = ({ names, several, withValidation }: Look): JsonObject => {
  const channel = (field: string, labels: readonly string[], scale: JsonObject): JsonObject => ({
    field,
    type: 'nominal',
    scale,
    legend: lineLegend(labels)
  })
  if (!several && !withValidation) return { color: { value: okabeIto[0]! } }
  const [field, labels] = several ? (['run', names] as const) : (['kind', sets] as const)
  return {
    color: channel(field, labels, colorScale(labels)),
    strokeDash: withValidation ? channel('kind', sets, dashScale(sets)) : channel(field, labels, dashScale(labels))
  }
}

/**
 * The figures of a history by name, each a list with one number an epoch: what `lines`, and `plotLines` and `sparkline` of `grad-ts/terminal`, take.
 * An epoch without a figure that others have gives NaN.
 *
 * @throws ValueError when the history is empty, and for an argument or a setting that is not of its kind
 * @example
 * import { deepStrictEqual } from 'assert'
 * import { figuresOf } from 'grad-ts/report'
 *
 * deepStrictEqual(figuresOf([{ epoch: 1, loss: 0.5 }, { epoch: 2, loss: 0.25 }]), { loss: [0.5, 0.25] })
 * @category charts
 * @since 0.1.0
 */
export const figuresOf = (history: History): Named<readonly number[]> => {
  if (asHistory('figuresOf', history).length === 0)
    return fail('ValueError', 'figuresOf: the history is empty; train for an epoch first')
  const names = [...new Set(history.flatMap((record) => Object.keys(record)))].filter((name) => name !== 'epoch')
  return Object.fromEntries(names.map((name) => [name, history.map((record) => record[name] ?? NaN)] as const))
}
