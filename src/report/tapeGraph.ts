import * as dagre from '@dagrejs/dagre'
import * as kinds from '../kinds/index.ts'
import * as plot from '../plot/settings.ts'
import type { Tape } from '../primitive/tape.ts'
import { asTape } from '../tape/tape.ts'
import { showDims } from '../tensor/dims.ts'
import { fail, showGiven } from '../tensor/errors.ts'
import { firstResults } from '../primitive/tape.ts'
import { bufferOf, dimsOf, isTensor, type Tensor } from '../tensor/tensor.ts'
import { counted, readable } from '../tensor/text.ts'
import { type Chart, chart, legendOf, textWidth } from './chart.ts'
import { okabeIto } from './color.ts'
import type { JsonObject } from './json.ts'

const colors = { input: okabeIto[0]!, constant: okabeIto[4]!, operation: '#888888', output: okabeIto[1]! }

interface Node {
  readonly kind: keyof typeof colors
  readonly name: string
  /** The shape of its value. */
  readonly shape: string
  /** The indices of the nodes that it uses. */
  readonly inputs: readonly number[]
}

const BOX_HEIGHT = 34
const MOST_NODES = 200
const LONGEST = 26

const shorten = (text: string): string => (text.length > LONGEST ? `${text.slice(0, LONGEST - 1)}…` : text)

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

/** The nodes of a tape, each after those that it uses: constants, then inputs, then operations. */
const nodesOf = (tape: Tape, inputNames: readonly string[] | undefined): readonly Node[] => {
  const { inputs, entries, outputs } = tape
  const used = [...entries.flatMap((entry) => entry.inputs), ...outputs].filter(isTensor)
  const constants = [...new Set(used.filter((x) => numberOf(x) === undefined || outputs.includes(x)))]
  const first = firstResults(tape)
  /** The node of each input, and of the operation that gives each result. */
  const nodes = [...inputs.keys(), ...entries.flatMap(({ results }, i) => results.map(() => i + inputs.length))]
  const indexOf = (x: number | Tensor): number =>
    typeof x === 'number' ? nodes[x]! + constants.length : constants.indexOf(x)
  return [
    ...constants.map((x): Node => ({
      kind: outputs.includes(x) ? 'output' : 'constant',
      name: numberOf(x) ?? 'constant',
      shape: showDims(dimsOf(x)),
      inputs: []
    })),
    ...inputs.map((dims, i): Node => ({
      kind: 'input',
      name: shorten(inputNames?.[i] ?? `input ${i}`),
      shape: showDims(dims),
      inputs: []
    })),
    ...entries.map(({ primitive, params, results, ...entry }, i): Node => {
      const numbers = entry.inputs.flatMap((x) => (isTensor(x) ? [numberOf(x) ?? ''] : []))
      const words = [primitive.name, settingsOf(params), ...numbers].filter((word) => word !== '')
      return {
        kind: results.some((_, k) => outputs.includes(first[i]! + k)) ? 'output' : 'operation',
        name: shorten(words.join(' ')),
        shape: shorten(results.map(showDims).join(' ')),
        inputs: entry.inputs.map(indexOf).filter((index) => index >= 0)
      }
    })
  ]
}

/** A place in pixels, from the left and from the top. */
interface Place {
  readonly x: number
  readonly y: number
}

/** As much of dagre as is used here; its own types need another module resolution. */
interface Graph {
  readonly setGraph: (settings: object) => Graph
  readonly setNode: (name: string, size: { readonly width: number; readonly height: number }) => Graph
  readonly setEdge: (from: string, to: string, label: object) => Graph
  readonly graph: () => { readonly width: number; readonly height: number }
  readonly node: (name: string) => Place
  readonly edge: (from: string, to: string) => { readonly points: readonly Place[] }
}

const { Graph, layout } = dagre as unknown as {
  readonly Graph: new () => Graph
  readonly layout: (graph: Graph) => void
}

/** How wide a box is, by its two lines. */
const widthOf = ({ name, shape }: Node): number =>
  Math.round(0.75 * Math.max(textWidth(name, 12), textWidth(shape, 11))) + 14

/** Where the boxes of a graph stand, and the edges between them, each from above to below. */
const arranged = (nodes: readonly Node[]) => {
  const graph = new Graph().setGraph({ ranksep: 26, nodesep: 14, edgesep: 8 })
  const edges = nodes.flatMap(({ inputs }, i) => [...new Set(inputs)].map((input) => [`${input}`, `${i}`] as const))
  nodes.forEach((node, i) => graph.setNode(`${i}`, { width: widthOf(node), height: BOX_HEIGHT }))
  edges.forEach(([from, to]) => graph.setEdge(from, to, {}))
  layout(graph)
  return {
    ...graph.graph(),
    places: nodes.map((_, i) => graph.node(`${i}`)),
    lines: edges.map((edge) => graph.edge(...edge).points)
  }
}

const tapeSettings = kinds.settings('tapeGraph', {
  title: [kinds.text, 'Tape'],
  /** What the inputs are called, such as the paths of parameters; `input 0`, `input 1`, … when left out. */
  inputNames: plot.texts
})

/** Settings of a tape as a graph. @category settings @since 0.1.0 */
export interface TapeSettings extends kinds.Given<typeof tapeSettings.fields> {}

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
  const { title, inputNames } = tapeSettings.read(given)
  return (tape: Tape): Chart => {
    const count = asTape('tapeGraph', tape).inputs.length
    if (inputNames !== undefined && inputNames.length !== count)
      return fail(
        'ValueError',
        `tapeGraph: the tape has ${counted(count, 'input')} and ${inputNames.length} names are given`
      )
    const nodes = nodesOf(tape, inputNames)
    if (nodes.length > MOST_NODES)
      return fail(
        'ValueError',
        `tapeGraph: ${nodes.length} boxes are too many to read; draw the tape of a part, or use showTape`
      )
    const { width, height, places, lines } = arranged(nodes)
    const boxes = nodes.map((node, i) => {
      const { x, y } = places[i]!
      const [across, down] = [widthOf(node) / 2, BOX_HEIGHT / 2]
      const { kind, name, shape } = node
      return { kind, name, shape, x, y, left: x - across, right: x + across, top: y - down, bottom: y + down }
    })
    // the head of an arrow stands before the box
    const heads = lines.map((line) => ({ x: line.at(-1)!.x, y: line.at(-1)!.y - 4 }))
    const edges = lines.flatMap((line, edge) =>
      [...line.slice(0, -1), heads[edge]!].map((place) => ({ edge, ...place }))
    )
    const shown = (Object.keys(colors) as Node['kind'][]).filter((kind) => nodes.some((node) => node.kind === kind))
    const pixel = (field: string, domain: readonly number[]): JsonObject => ({
      field,
      type: 'quantitative',
      axis: null,
      scale: { domain, nice: false, zero: false }
    })
    const at = (x: string, y: string): JsonObject => ({ x: pixel(x, [0, width]), y: pixel(y, [height, 0]) })
    const color: JsonObject = {
      field: 'kind',
      type: 'nominal',
      scale: { domain: shown, range: shown.map((kind) => colors[kind]) },
      legend: legendOf(shown, { columns: 4, symbolType: 'square' })
    }
    const text = (field: string, dy: number, fontWeight: number): JsonObject => ({
      mark: { type: 'text', dy, fontSize: 11, fontWeight },
      encoding: { ...at('x', 'y'), text: { field, type: 'nominal' } }
    })
    const operations = nodes.slice(nodes.length - tape.entries.length)
    const listed = operations.slice(0, 12).map(({ name, shape }) => `${name} ${shape}`)
    return chart(
      {
        title,
        summary: [
          `${counted(count, 'input')} and ${counted(operations.length, 'operation')}: ` +
            `${listed.join(', ')}${operations.length > 12 ? ' and so on' : ''}`
        ],
        width: Math.max(220, width)
      },
      {
        width,
        height,
        data: { values: boxes },
        layer: [
          {
            data: { values: edges },
            mark: {
              type: 'line',
              interpolate: 'basis',
              strokeWidth: 1.2,
              opacity: 0.75,
              style: 'ink'
            },
            encoding: {
              ...at('x', 'y'),
              detail: { field: 'edge', type: 'nominal' },
              order: { field: 'y', type: 'quantitative' }
            }
          },
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
          text('name', -6, 600),
          text('shape', 8, 400)
        ]
      }
    )
  }
}
