import * as kinds from '../kinds/index.ts'
import * as dagre from '@dagrejs/dagre'
import { showDims } from '../tensor/dims.ts'
import { fail, showGiven } from '../tensor/errors.ts'
import { bufferOf, dimsOf, type Tensor } from '../tensor/tensor.ts'
import { firstResults, type Tape } from '../primitive/tape.ts'
import { asTape } from '../tape/tape.ts'
import * as plot from '../plot/settings.ts'
import { counted, readable } from '../tensor/text.ts'
import { pixelsOf } from './axis.ts'
import { type Chart, chart, type ChartSettings, legendOf, textWidth } from './chart.ts'
import type { JsonObject } from './json.ts'
import { okabeIto } from './color.ts'
import { pathLayer, placed } from './field.ts'

/** Settings of a tape as a graph. @category settings @since 0.1.0 */
export interface TapeSettings extends ChartSettings {
  /** What the inputs are called, such as the paths of parameters; `input 0`, `input 1`, … when left out. */
  readonly inputNames?: readonly string[]
}

const kindsOfBox = ['input', 'constant', 'operation', 'output'] as const
type Kind = (typeof kindsOfBox)[number]
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
const MOST_NODES = 200
const LONGEST = 26

const cut = (text: string): string => (text.length > LONGEST ? `${text.slice(0, LONGEST - 1)}…` : text)

/** Whether a setting is numbers or text: no function, and not the step of a scan. */
const isShort = (value: unknown): boolean =>
  typeof value !== 'function' && (typeof value !== 'object' || Array.isArray(value))

/** The settings of an operation in few characters: `axes 0 · keepDims`. */
const settingsOf = (params: unknown): string =>
  typeof params !== 'object' || params === null
    ? ''
    : Object.entries(params)
        .filter(([name, value]) => value !== false && !(name === 'dims' || name === 'shape') && isShort(value))
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
  const first = firstResults(tape)
  /** The box of each input, and of the operation that gives each result. */
  const boxes = [
    ...tape.inputs.map((_, i) => i + shift),
    ...tape.entries.flatMap(({ results }, i) => results.map(() => i + tape.inputs.length + shift))
  ]
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
    ...tape.entries.map(({ primitive, params, inputs, results }, i): Drawn => {
      const numbers = inputs.flatMap((x) => (typeof x === 'number' ? [] : [numberOf(x) ?? '']))
      const words = [primitive.name, settingsOf(params), ...numbers].filter((word) => word !== '')
      return {
        kind: results.some((_, k) => outputs.has(first[i]! + k)) ? 'output' : 'operation',
        name: cut(words.join(' ')),
        detail: cut(results.map(showDims).join(' ')),
        inputs: inputs.flatMap((x) => {
          const at = typeof x === 'number' ? boxes[x]! : constants.indexOf(x)
          return at < 0 ? [] : [at]
        })
      }
    })
  ]
}

/** A place in pixels, from the left and from the top. */
interface Place {
  readonly x: number
  readonly y: number
}

/** A line through places, upright at each. */
const curve = (places: readonly Place[]): string =>
  places
    .map(({ x, y }, i) => {
      const before = places[i - 1]
      const middle = ((before?.y ?? y) + y) / 2
      return before === undefined
        ? `M${placed(x, y)}`
        : `C${placed(before.x, middle)},${placed(x, middle)},${placed(x, y)}`
    })
    .join('')

/** As much of dagre as is used here; its own types need another module resolution. */
interface Dagre {
  readonly Graph: new () => Graph
  readonly layout: (graph: Graph) => void
}

interface Graph {
  readonly setGraph: (settings: object) => Graph
  readonly setDefaultEdgeLabel: (label: () => object) => Graph
  readonly setNode: (name: string, size: { readonly width: number; readonly height: number }) => Graph
  readonly setEdge: (from: string, to: string) => Graph
  readonly graph: () => { readonly width: number; readonly height: number }
  readonly node: (name: string) => Place
  readonly edges: () => readonly object[]
  readonly edge: (edge: object) => { readonly points: readonly Place[] }
}

const { Graph, layout } = dagre as unknown as Dagre

/** Where the boxes of a graph stand, and the edges between them, each from above to below. */
const arranged = (drawn: readonly Drawn[]) => {
  const graph = new Graph().setGraph({ ranksep: 26, nodesep: 14, edgesep: 8 }).setDefaultEdgeLabel(() => ({}))
  drawn.forEach(({ name, detail, inputs }, i) => {
    graph.setNode(String(i), { width: widthOf(name, detail), height: BOX_HEIGHT })
    inputs.forEach((input) => graph.setEdge(String(input), String(i)))
  })
  layout(graph)
  return {
    ...graph.graph(),
    places: drawn.map((_, i) => graph.node(String(i))),
    ways: graph.edges().map((edge) => graph.edge(edge).points)
  }
}

/** How wide a box is, by its two lines. */
const widthOf = (name: string, detail: string): number =>
  Math.round(0.75 * Math.max(textWidth(name, 12), textWidth(detail, 11))) + 14

const tapeSettings = kinds.settings('tapeGraph', { title: [kinds.text, 'Tape'], inputNames: plot.texts })

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
  const settings = tapeSettings.read(given)
  return (tape: Tape): Chart => {
    asTape('tapeGraph', tape)
    const { title, inputNames } = settings
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
    const { width, height, places, ways } = arranged(drawn)
    const boxes = drawn.map(({ kind, name, detail }, i) => {
      const { x, y } = places[i]!
      const [across, down] = [widthOf(name, detail) / 2, BOX_HEIGHT / 2]
      return { kind, name, detail, x, y, left: x - across, right: x + across, top: y - down, bottom: y + down }
    })
    // the head of an arrow stands before the box
    const heads = ways.map((points) => ({ x: points.at(-1)!.x, y: points.at(-1)!.y - 4 }))
    const shown = kindsOfBox.filter((kind) => drawn.some((node) => node.kind === kind))
    const at = (x: string, y: string): JsonObject => ({ x: pixelsOf(x, width), y: pixelsOf(y, height, true) })
    const color: JsonObject = {
      field: 'kind',
      type: 'nominal',
      scale: { domain: [...shown], range: shown.map((kind) => colorOf[kind]) },
      legend: legendOf(shown, { columns: 4, symbolType: 'square' })
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
          pathLayer([{ path: ways.map((points, i) => curve([...points.slice(0, -1), heads[i]!])).join('') }], {
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
