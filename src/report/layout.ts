import { extent } from './chart.ts'

/**
 * A layered drawing of a directed graph without cycles: every edge goes down, crossings are few. After Sugiyama: layers,
 * bends where an edge passes a layer, an order in each layer, places.
 */

/** A box and the boxes it is fed by, which come before it in the list. */
export interface Box {
  readonly width: number
  readonly inputs: readonly number[]
}

/** The middle of a box. */
export interface Place {
  readonly x: number
  readonly y: number
}

/** A drawn edge: where it passes, from the box it leaves to the box it enters. */
export interface Way {
  readonly from: number
  readonly to: number
  readonly bends: readonly Place[]
}

export interface Layout {
  readonly width: number
  readonly height: number
  readonly places: readonly Place[]
  readonly ways: readonly Way[]
}

export interface LayoutSettings {
  readonly layerHeight: number
  readonly gap: number
}

/** A box, or a bend of an edge, while it is being placed. */
interface Node {
  readonly layer: number
  readonly width: number
  readonly above: readonly number[]
  readonly below: readonly number[]
}

/** The layer of each box: below all its inputs, and a box without inputs just above the first that needs it. */
const layersOf = (boxes: readonly Box[]): readonly number[] => {
  const deep = boxes.reduce<readonly number[]>(
    (layers, { inputs }) => [...layers, inputs.reduce((most, i) => Math.max(most, layers[i]! + 1), 0)],
    []
  )
  return boxes.map(({ inputs }, i) => {
    const users = boxes.flatMap((box, j) => (box.inputs.includes(i) ? [deep[j]!] : []))
    return inputs.length === 0 && users.length > 0 ? extent(users)[0] - 1 : deep[i]!
  })
}

interface Edge {
  readonly from: number
  readonly to: number
  /** Nodes of its bends, downwards. */
  readonly through: readonly number[]
}

/** Boxes and bends as one graph in which every link joins neighbouring layers. */
const graphOf = (boxes: readonly Box[]): { readonly nodes: readonly Node[]; readonly edges: readonly Edge[] } => {
  const layers = layersOf(boxes)
  const pairs = boxes.flatMap(({ inputs }, to) => [...new Set(inputs)].map((from) => ({ from, to })))
  const edges = pairs.reduce<readonly Edge[]>((done, { from, to }) => {
    const bends = layers[to]! - layers[from]! - 1
    const next = boxes.length + done.reduce((total, { through }) => total + through.length, 0)
    return [...done, { from, to, through: Array.from({ length: bends }, (_, k) => next + k) }]
  }, [])
  const bends = edges.flatMap(({ from, through }) => through.map((_, k) => layers[from]! + 1 + k))
  const links = edges.flatMap(({ from, to, through }) => {
    const all = [from, ...through, to]
    return all.slice(1).map((node, k) => [all[k]!, node] as const)
  })
  const layerAt = [...layers, ...bends]
  const nodes = layerAt.map((layer, i) => ({
    layer,
    width: boxes[i]?.width ?? 6,
    above: links.flatMap(([a, b]) => (b === i ? [a] : [])),
    below: links.flatMap(([a, b]) => (a === i ? [b] : []))
  }))
  return { nodes, edges }
}

type Order = readonly (readonly number[])[]

const mean = (values: readonly number[]): number => values.reduce((a, b) => a + b, 0) / values.length

/** Each layer sorted by where its neighbours of one side stand; those without neighbours keep their place. */
const sweep = (nodes: readonly Node[], order: Order, side: 'above' | 'below'): Order => {
  const layers = side === 'above' ? order.map((_, i) => i) : order.map((_, i) => order.length - 1 - i)
  return layers.reduce<Order>((current, layer) => {
    const place = new Map(current.flatMap((line) => line.map((node, i) => [node, (i + 0.5) / line.length] as const)))
    const weight = (node: number): number => {
      const others = nodes[node]![side]
      return others.length === 0 ? place.get(node)! : mean(others.map((other) => place.get(other)!))
    }
    const line = current[layer]!.map((node) => ({ node, at: weight(node) }))
      .toSorted((a, b) => a.at - b.at)
      .map(({ node }) => node)
    return current.map((old, i) => (i === layer ? line : old))
  }, order)
}

/** How many pairs of links cross. */
const crossings = (nodes: readonly Node[], order: Order): number => {
  const place = new Map(order.flatMap((line) => line.map((node, i) => [node, i] as const)))
  return order
    .map((line) => {
      const links = line.flatMap((node) =>
        nodes[node]!.below.map((other) => [place.get(node)!, place.get(other)!] as const)
      )
      return links.reduce(
        (total, [a, b], i) => total + links.slice(i + 1).filter(([c, d]) => (a - c) * (b - d) < 0).length,
        0
      )
    })
    .reduce((a, b) => a + b, 0)
}

const repeated = <A>(count: number, f: (a: A, i: number) => A, start: A): A =>
  Array.from({ length: count }).reduce<A>((a, _, i) => f(a, i), start)

/** The order with the fewest crossings of some sweeps down and up. */
const ordered = (nodes: readonly Node[], start: Order): Order =>
  repeated(
    12,
    ({ order, best, least }, i) => {
      const next = sweep(nodes, order, i % 2 === 0 ? 'above' : 'below')
      const count = crossings(nodes, next)
      return count < least ? { order: next, best: next, least: count } : { order: next, best, least }
    },
    { order: start, best: start, least: crossings(nodes, start) }
  ).best

/** Nodes of a line that touch each other: how far their wishes lie to the right of a packed line, on average. */
interface Block {
  readonly weight: number
  readonly shift: number
  readonly count: number
}

const joined = (blocks: readonly Block[]): readonly Block[] => {
  const [a, b] = [blocks[blocks.length - 2], blocks[blocks.length - 1]]
  if (a === undefined || b === undefined || a.shift <= b.shift) return blocks
  const weight = a.weight + b.weight
  const shift = (a.weight * a.shift + b.weight * b.shift) / weight
  return joined([...blocks.slice(0, -2), { weight, shift, count: a.count + b.count }])
}

/**
 * The nodes of a line as near to where they want to be as their widths allow, the heavy ones nearest: the least sum of
 * weighted squares, found by joining neighbours that would overlap.
 */
const spaced = (
  line: readonly number[],
  wish: (node: number) => number,
  weight: (node: number) => number,
  apart: (a: number, b: number) => number
): readonly number[] => {
  const packed = line.reduce<readonly number[]>(
    (xs, node, i) => [...xs, i === 0 ? 0 : xs[i - 1]! + apart(line[i - 1]!, node)],
    []
  )
  const blocks = line.reduce<readonly Block[]>(
    (done, node, i) => joined([...done, { weight: weight(node), shift: wish(node) - packed[i]!, count: 1 }]),
    []
  )
  const shifts = blocks.flatMap(({ shift, count }) => Array.from({ length: count }, () => shift))
  return packed.map((x, i) => x + shifts[i]!)
}

/** Where boxes and the bends of edges stand; the corner is at 0, 0 and y grows downwards. */
export const layoutOf = (boxes: readonly Box[], { layerHeight, gap }: LayoutSettings): Layout => {
  const { nodes, edges } = graphOf(boxes)
  const depth = nodes.reduce((most, { layer }) => Math.max(most, layer), 0) + 1
  const start: Order = Array.from({ length: depth }, (_, layer) =>
    nodes.flatMap((node, i) => (node.layer === layer ? [i] : []))
  )
  const order = ordered(nodes, start)
  const apart = (a: number, b: number): number => (nodes[a]!.width + nodes[b]!.width) / 2 + gap
  // what only feeds others gives way, so that chains are straight; bends hold their line most of all
  const weight = (node: number): number => (node >= boxes.length ? 4 : nodes[node]!.above.length === 0 ? 0.02 : 1)
  const packed = new Map(
    order.flatMap((line) => {
      const xs = spaced(line, () => 0, weight, apart)
      return line.map((node, i) => [node, xs[i]!] as const)
    })
  )
  const settle = (xs: ReadonlyMap<number, number>, down: boolean): ReadonlyMap<number, number> =>
    (down ? order : order.toReversed()).reduce<ReadonlyMap<number, number>>((current, line) => {
      const wish = (node: number): number => {
        const { above, below } = nodes[node]!
        const near = down ? above : below
        const others = near.length > 0 ? near : down ? below : above
        const total = others.reduce((sum, other) => sum + weight(other), 0)
        return others.length === 0
          ? current.get(node)!
          : others.reduce((sum, other) => sum + weight(other) * current.get(other)!, 0) / total
      }
      const placed = spaced(line, wish, weight, apart)
      return new Map([...current, ...line.map((node, i) => [node, placed[i]!] as const)])
    }, xs)
  const xs = repeated(8, (current, i) => settle(current, i % 2 === 1), packed as ReadonlyMap<number, number>)
  const [left] = extent(nodes.map(({ width }, i) => xs.get(i)! - width / 2))
  const [, rightmost] = extent(nodes.map(({ width }, i) => xs.get(i)! + width / 2))
  const placeOf = (node: number): Place => ({
    x: Math.round(xs.get(node)! - left),
    y: (nodes[node]!.layer + 0.5) * layerHeight
  })
  return {
    width: Math.round(rightmost - left),
    height: depth * layerHeight,
    places: boxes.map((_, i) => placeOf(i)),
    ways: edges.map(({ from, to, through }) => ({ from, to, bends: [from, ...through, to].map(placeOf) }))
  }
}
