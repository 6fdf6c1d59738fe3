import { showDims } from '../tensor/dims.ts'
import { fail, showGiven } from '../tensor/errors.ts'
import { bufferOf, dimsOf, type Tensor } from '../tensor/tensor.ts'
import { asTape, type Tape } from '../tape/tape.ts'
import { type Chart, chart, type ChartSettings, counted, type JsonObject, readable, textWidth } from './chart.ts'
import { okabeIto } from './color.ts'
import { pathLayer } from './field.ts'
import { layoutOf, type Way } from './layout.ts'
import { checked } from './settings.ts'

/** Settings of a tape as a graph. @category settings @since 0.1.0 */
export interface TapeSettings extends ChartSettings {
  /** What the inputs are called, such as the paths of parameters; `input 0`, `input 1`, … when left out. */
  readonly inputNames?: readonly string[]
}

const kinds = ['input', 'constant', 'operation', 'output'] as const
type Kind = (typeof kinds)[number]
const colorOf: Readonly<Record<Kind, string>> = {
  input: okabeIto[0]!,
  constant: okabeIto[4]!,
  operation: '#888888',
  output: okabeIto[1]!
}

interface Drawn {
  readonly kind: Kind
  readonly name: string
  readonly detail: string
  readonly inputs: readonly number[]
}

const BOX_HEIGHT = 34
const LAYER_HEIGHT = 60
const MOST_NODES = 200
const LONGEST = 26

const cut = (text: string): string => (text.length > LONGEST ? `${text.slice(0, LONGEST - 1)}…` : text)

/** The settings of an operation in few characters: `axes 0 · keepDims`. */
const settingsOf = (params: unknown): string =>
  typeof params !== 'object' || params === null
    ? ''
    : Object.entries(params)
        .filter(([name, value]) => value !== false && !(name === 'dims' || name === 'shape'))
        .map(([name, value]) =>
          value === true
            ? name
            : `${name} ${Array.isArray(value) ? value.map(showGiven).join(',') : typeof value === 'string' ? value : showGiven(value)}`
        )
        .join(' ')

/** A constant of one number is written into the operation that uses it; others have a box of their own. */
const numberOf = (x: Tensor): string | undefined => {
  const buffer = bufferOf(x)
  return buffer?.length === 1 ? readable(buffer[0]!) : undefined
}

const drawnOf = (tape: Tape, inputNames: readonly string[] | undefined): readonly Drawn[] => {
  const outputs = new Set(tape.outputs.filter((x) => typeof x === 'number'))
  const constants = [
    ...new Set(
      [...tape.entries.flatMap(({ inputs }) => inputs), ...tape.outputs].filter(
        (x): x is Tensor => typeof x !== 'number' && (numberOf(x) === undefined || tape.outputs.includes(x))
      )
    )
  ]
  // constants stand first, so that everything comes after what it needs
  const shift = constants.length
  const kindOf = (i: number, kind: Kind): Kind => (outputs.has(i) && kind === 'operation' ? 'output' : kind)
  return [
    ...constants.map((x): Drawn => ({
      kind: tape.outputs.includes(x) ? 'output' : 'constant',
      name: numberOf(x) ?? 'constant',
      detail: showDims(dimsOf(x)),
      inputs: []
    })),
    ...tape.inputs.map((dims, i): Drawn => ({
      kind: 'input',
      name: cut(inputNames?.[i] ?? `input ${i}`),
      detail: showDims(dims),
      inputs: []
    })),
    ...tape.entries.map(({ primitive, params, inputs, dims }, i): Drawn => {
      const numbers = inputs.flatMap((x) => (typeof x === 'number' ? [] : [numberOf(x) ?? '']))
      const words = [primitive.name, settingsOf(params), ...numbers].filter((word) => word !== '')
      return {
        kind: kindOf(i + tape.inputs.length, 'operation'),
        name: cut(words.join(' ')),
        detail: showDims(dims),
        inputs: inputs.flatMap((x) => {
          const at = typeof x === 'number' ? x + shift : constants.indexOf(x)
          return at < 0 ? [] : [at]
        })
      }
    })
  ]
}

/** An edge, from below the box it leaves to the head of its arrow, upright at every bend. */
const curve = ({ bends }: Way): string => {
  const places = bends.map(({ x, y }, i) => ({
    x,
    top: i === bends.length - 1 ? y - BOX_HEIGHT / 2 - 6 : y - BOX_HEIGHT / 2,
    bottom: y + BOX_HEIGHT / 2
  }))
  const start = places[0]!
  const pieces = places.slice(1).map(({ x, top, bottom }, i) => {
    const before = places[i]!
    const middle = (before.bottom + top) / 2
    return `C${before.x},${middle},${x},${middle},${x},${top}${i === places.length - 2 ? '' : `L${x},${bottom}`}`
  })
  return `M${start.x},${start.bottom}${pieces.join('')}`
}

/**
 * A tape as a graph: a box for each input, constant and operation, with the shape of what it gives; arrows go down, to
 * where a result is used. Numbers that an operation uses are written into its box. Readable up to some 60 boxes.
 *
 * @throws ValueError when the tape would need more than 200 boxes (trace a part of the function), and for an argument or
 * a setting that is not of its kind
 * @example
 * import { strictEqual } from 'assert'
 * import { mul, sum, tensor, trace, type Vec } from 'grad-ts'
 * import { tapeGraph } from 'grad-ts/report'
 *
 * const tape = trace((x: Vec<2>) => sum(mul(x)(x)))(tensor([1, 2]))
 * strictEqual(tapeGraph({ title: 'Dot' })(tape).description, 'Dot: 1 input and 2 operations: mul [2], sum axes 0 [].')
 * @category charts
 * @since 0.1.0
 */
export const tapeGraph = (given: TapeSettings = {}) => {
  const settings = checked('tapeGraph', given, ['inputNames', 'title'])
  return (tape: Tape): Chart => {
    asTape('tapeGraph', tape)
    const { title = 'Tape', inputNames } = settings
    if (inputNames !== undefined && inputNames.length !== tape.inputs.length)
      return fail(
        'ValueError',
        `tapeGraph: the tape has ${counted(tape.inputs.length, 'input')} and ${inputNames.length} names are given`
      )
    const drawn = drawnOf(tape, inputNames)
    if (drawn.length > MOST_NODES)
      return fail(
        'ValueError',
        `tapeGraph: ${drawn.length} boxes are too many to read; draw the tape of a part, or use showTape`
      )
    const widthOf = ({ name, detail }: Drawn): number => Math.max(textWidth(name, 12), textWidth(detail, 10)) + 14
    const { width, height, places, ways } = layoutOf(
      drawn.map((node) => ({ width: widthOf(node), inputs: node.inputs })),
      { layerHeight: LAYER_HEIGHT, gap: 14 }
    )
    const boxes = drawn.map(({ kind, name, detail, ...node }, i) => {
      const { x, y } = places[i]!
      const half = widthOf({ kind, name, detail, ...node }) / 2
      return {
        kind,
        name,
        detail,
        x,
        y,
        left: x - half,
        right: x + half,
        top: y - BOX_HEIGHT / 2,
        bottom: y + BOX_HEIGHT / 2
      }
    })
    const heads = ways.map(({ bends }) => ({ x: bends.at(-1)!.x, y: bends.at(-1)!.y - BOX_HEIGHT / 2 - 4 }))
    const shown = kinds.filter((kind) => drawn.some((node) => node.kind === kind))
    const place = (field: string, size: number, down: boolean): JsonObject => ({
      field,
      type: 'quantitative',
      axis: null,
      scale: { domain: down ? [size, 0] : [0, size], nice: false, zero: false }
    })
    const at = (x: string, y: string): JsonObject => ({ x: place(x, width, false), y: place(y, height, true) })
    const color: JsonObject = {
      field: 'kind',
      type: 'nominal',
      scale: { domain: [...shown], range: shown.map((kind) => colorOf[kind]) },
      legend: { title: null, columns: 4, symbolType: 'square' }
    }
    const operations = drawn.filter(
      ({ kind, inputs }) => kind === 'operation' || (kind === 'output' && inputs.length > 0)
    )
    const listed = operations.slice(0, 12).map(({ name, detail }) => `${name} ${detail}`)
    const summary =
      `${counted(tape.inputs.length, 'input')} and ${counted(operations.length, 'operation')}: ` +
      `${listed.join(', ')}${operations.length > 12 ? ' and so on' : ''}.`
    return chart(
      { title, summary, width: Math.max(220, width) },
      {
        width,
        height,
        layer: [
          pathLayer([{ path: ways.map(curve).join('') }], {
            filled: false,
            strokeWidth: 1.2,
            opacity: 0.75,
            clip: false,
            style: 'ink'
          }),
          {
            data: { values: heads },
            mark: { type: 'point', shape: 'triangle-down', filled: true, size: 36, opacity: 0.9, style: 'ink' },
            encoding: at('x', 'y')
          },
          {
            data: { values: boxes },
            mark: { type: 'rect', cornerRadius: 5, fillOpacity: 0.16, strokeWidth: 1.5, strokeOpacity: 1 },
            encoding: {
              ...at('left', 'top'),
              x2: { field: 'right' },
              y2: { field: 'bottom' },
              fill: color,
              stroke: color
            }
          },
          {
            data: { values: boxes },
            mark: { type: 'text', dy: -6, fontSize: 11, fontWeight: 600 },
            encoding: { ...at('x', 'y'), text: { field: 'name', type: 'nominal' } }
          },
          {
            data: { values: boxes },
            mark: { type: 'text', dy: 8, fontSize: 11 },
            encoding: { ...at('x', 'y'), text: { field: 'detail', type: 'nominal' } }
          }
        ]
      }
    )
  }
}
