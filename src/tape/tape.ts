import * as kinds from '../kinds/index.ts'
import { noParams } from '../primitive/primitive.ts'
import { table } from '../primitive/table.ts'
import { type Cost, costOf, type Entry, firstResults, type Ref, type Tape } from '../primitive/tape.ts'
import { type Dims, isDims, showDims } from '../tensor/dims.ts'
import { fail, showGiven } from '../tensor/errors.ts'
import { bufferOf, dimsOf, isTensor, leftTrace, make, makeTraced, type Tensor } from '../tensor/tensor.ts'
import { type Origin, origin, type Scope, scopeOf, type Token } from './apply.ts'

/** Whether a tensor depends on leaves only through `stopGradient`; uses an explicit stack, as chains may be long. */
const isStopped = (x: Tensor): boolean => {
  const seen = new Set<Tensor>()
  const stack = [x]
  while (stack.length > 0) {
    const node = stack.pop()!
    const made = origin(node)
    if (made === null || seen.has(node) || made.primitive === table.stopGradient) continue
    if (made.primitive === table.leaf) return false
    seen.add(node)
    stack.push(...made.inputs)
  }
  return true
}

/** A fresh token, one per trace. */
export const token = (name: string): Token => ({ name, over: false, isStopped })

/** Runs the traced function; the trace is over when it returns or throws. */
export const during = <A>(trace: Token, run: () => A): A => {
  try {
    return run()
  } finally {
    ;(trace as { -readonly [K in keyof Token]: Token[K] }).over = true
  }
}

const leafOrigin = (inputs: readonly Tensor[], scope: Scope): Origin => ({
  primitive: table.leaf,
  params: noParams,
  inputs,
  scope,
  results: null
})

/**
 * Leaves of one trace, over values that outer traces may trace too. Leaves over plain values share one scope array, so
 * that the union of their scopes is one comparison.
 */
export const leaves = (trace: Token, xs: readonly Tensor[]): readonly Tensor[] => {
  const own: Scope = [trace]
  return xs.map((x) => {
    const outer = scopeOf(x)
    const scope = outer.length === 0 ? own : [...outer, trace]
    return makeTraced(dimsOf(x), bufferOf(x), leafOrigin([x], scope))
  })
}

/** A shape-only leaf, without values. */
export const shapeLeaf = (trace: Token, dims: Dims): Tensor => makeTraced(dims, null, leafOrigin([], [trace]))

/**
 * The part of a trace between its leaves and some outputs: the tensors that depend on a leaf, in topological order. The
 * leaves come first. All results of one call are adjacent.
 */
export interface Slice {
  readonly nodes: readonly Tensor[]
  /** For each node the positions of its inputs among the nodes, −1 for one from outside; empty for a leaf. */
  readonly refs: readonly (readonly number[])[]
  /** The positions of the outputs, −1 for one that depends on no leaf. */
  readonly outputs: readonly number[]
}

const within = (x: Tensor, trace: Token): boolean => origin(x)?.scope.includes(trace) ?? false

/** The slice of one trace; uses an explicit stack, since a chain may be longer than the call stack. */
export const sliceOf = (trace: Token, inputs: readonly Tensor[], outputs: readonly Tensor[]): Slice => {
  const nodes: Tensor[] = []
  const refs: (readonly number[])[] = []
  const index = new Map<Tensor, number>()
  for (const x of inputs) {
    index.set(x, nodes.length)
    nodes.push(x)
    refs.push([])
  }
  const stack: Tensor[] = []
  const cursor: number[] = []
  for (const output of outputs) {
    const left = scopeOf(output).find((other) => other !== trace && other.over)
    if (left !== undefined) fail('TracedValueError', leftTrace(trace.name, output, left))
    if (index.has(output) || !within(output, trace)) continue
    stack.push(output)
    cursor.push(0)
    while (stack.length > 0) {
      const top = stack.length - 1
      const node = stack[top]!
      const { inputs: from } = origin(node)!
      let next = cursor[top]!
      while (next < from.length && (index.has(from[next]!) || !within(from[next]!, trace))) next++
      if (next < from.length) {
        cursor[top] = next + 1
        stack.push(from[next]!)
        cursor.push(0)
      } else {
        stack.pop()
        cursor.pop()
        const at = positions(index, from)
        const { results } = origin(node)!
        if (results === null) {
          index.set(node, nodes.length)
          nodes.push(node)
          refs.push(at)
        } else
          for (const result of results) {
            // one that is itself an input stays that
            if (!index.has(result)) index.set(result, nodes.length)
            nodes.push(result)
            refs.push(at)
          }
      }
    }
  }
  return { nodes, refs, outputs: positions(index, outputs) }
}

const positions = (index: ReadonlyMap<Tensor, number>, xs: readonly Tensor[]): readonly number[] => {
  const found = new Array<number>(xs.length)
  for (let i = 0; i < xs.length; i++) found[i] = index.get(xs[i]!) ?? -1
  return found
}

/**
 * The primal values of a slice's nodes, without this trace: plain tensors if there is no outer trace, else copies that
 * only the outer traces trace. Nothing is recomputed. Rules run on these, so their results never depend on the trace
 * being closed, and nested derivatives cannot be confused (perturbation confusion).
 */
export const primalsOf = (trace: Token, { nodes, refs }: Slice, inputs: readonly Tensor[]): readonly Tensor[] => {
  const primals: Tensor[] = []
  for (let i = 0; i < nodes.length; i++) {
    const node = nodes[i]!
    if (i < inputs.length) {
      primals.push(inputs[i]!)
      continue
    }
    const made = origin(node)!
    const buffer = bufferOf(node)
    if (made.scope.length === 1) {
      primals.push(buffer === null ? node : make(dimsOf(node), buffer))
      continue
    }
    const from = made.inputs.map((x, k) => (refs[i]![k]! < 0 ? x : primals[refs[i]![k]!]!))
    const scope = made.scope.filter((t) => t !== trace)
    if (made.results === null) {
      primals.push(makeTraced(dimsOf(node), buffer, { ...made, inputs: from, scope } satisfies Origin))
      continue
    }
    const results: Tensor[] = []
    const copied: Origin = { ...made, inputs: from, scope, results }
    for (const result of made.results) results.push(makeTraced(dimsOf(result), bufferOf(result), copied))
    primals.push(...results)
    i += results.length - 1
  }
  return primals
}

export type { Cost, Entry, Tape }

/** The key of Node's custom inspection, for the REPL and console. */
const INSPECT = Symbol.for('nodejs.util.inspect.custom')

/** Tapes that are known to be valid. */
const sound = new WeakSet<Tape>()

const someTape = kinds.record('a tape such as trace gives', {})

/** Checks a tape; one that the library made is not checked again. @internal */
export const asTape = (what: string, tape: Tape): Tape => {
  if (sound.has(tape)) return tape
  const { inputs, entries, outputs } = kinds.mustBe(someTape, `${what}: tape`, tape)
  const wrong = (part: string): never => fail('ValueError', `${what}: needs a tape such as trace gives; ${part}`)
  if (!Array.isArray(inputs) || !inputs.every(isDims)) return wrong(`its inputs are ${showGiven(inputs)}`)
  if (!Array.isArray(entries)) return wrong(`its entries are ${showGiven(entries)}`)
  const checkRefs = (name: string, refs: unknown, before: number): void => {
    if (!Array.isArray(refs)) return wrong(`${name} are ${showGiven(refs)}`)
    const odd = refs.findIndex((x) => !isTensor(x) && !(Number.isInteger(x) && x >= 0 && x < before))
    if (odd >= 0) wrong(`${name} hold ${showGiven(refs[odd])}`)
  }
  const known = entries.reduce<number>((before, entry: Partial<Entry> | null | undefined, i) => {
    const results: unknown = entry?.results
    if (typeof entry?.primitive?.name !== 'string' || !Array.isArray(results) || !results.every(isDims))
      return wrong(`entry ${i} is ${showGiven(entry)}`)
    if (entry.primitive.multipleResults !== true && results.length !== 1)
      return wrong(`entry ${i} has ${results.length} results, but its primitive has one`)
    checkRefs(`the inputs of entry ${i}`, entry.inputs, before)
    return before + results.length
  }, inputs.length)
  checkRefs('its outputs', outputs, known)
  sound.add(tape)
  return tape
}

/** The tape between leaves and outputs. */
export const tapeOf = (trace: Token, inputs: readonly Tensor[], outputs: readonly Tensor[]): Tape => {
  const { nodes, refs, outputs: found } = sliceOf(trace, inputs, outputs)
  const refer = (xs: readonly Tensor[], at: readonly number[]) => xs.map((x, k) => (at[k]! < 0 ? x : at[k]!))
  const tape: Tape = {
    inputs: inputs.map((x) => x.shape),
    entries: nodes.slice(inputs.length).flatMap((node, i): Entry | readonly Entry[] => {
      const { primitive, params, inputs: from, results } = origin(node)!
      // a call with several results is one entry, at the position of its first result
      return results !== null && results[0] !== node
        ? []
        : {
            primitive,
            params,
            inputs: refer(from, refs[i + inputs.length]!),
            results: (results ?? [node]).map((x) => x.shape)
          }
    }),
    outputs: refer(outputs, found)
  }
  sound.add(tape)
  return Object.defineProperty(tape, INSPECT, { value: () => showTape(tape) })
}

const handlerFields = kinds.settings(
  'fold',
  { onInput: kinds.anyFunction, onConstant: kinds.anyFunction, onEntry: kinds.anyFunction },
  'handlers'
)

/**
 * Folds a tape over any carrier: `onInput` interprets inputs, `onConstant` constants, and `onEntry` operations. For an
 * operation with several results, such as `scan` (`primitive.multipleResults`), `onEntry` gives an array of them.
 * Evaluation, batching and counting are folds.
 *
 * @throws ValueError when a handler is not a function, gives a wrong number of results, or the argument is not a tape
 * @category tape
 * @since 0.1.0
 */
export const fold = <A>(handlers: {
  readonly onInput: (index: number, dims: Dims) => A
  readonly onConstant: (value: Tensor) => A
  readonly onEntry: (entry: Entry, inputs: readonly A[]) => A | readonly A[]
}) => {
  const { onInput, onConstant, onEntry } = handlerFields.read(handlers)
  return (tape: Tape): readonly A[] => {
    asTape('fold', tape)
    const results: A[] = tape.inputs.map((dims, i) => onInput(i, dims))
    const read = (x: Ref): A => (typeof x === 'number' ? results[x]! : onConstant(x))
    for (const entry of tape.entries) {
      const found = onEntry(entry, entry.inputs.map(read))
      if (entry.primitive.multipleResults === true) results.push(...severalOf(entry, found))
      else results.push(found as A)
    }
    return tape.outputs.map(read)
  }
}

const severalOf = <A>({ primitive: { name }, results }: Entry, found: A | readonly A[]): readonly A[] =>
  Array.isArray(found) && found.length === results.length
    ? (found as readonly A[])
    : fail(
        'ValueError',
        `fold: onEntry: ${name} has ${results.length} results; needs an array of that many, got ${showGiven(found)}`
      )

const isTape = (value: unknown): value is Tape =>
  typeof value === 'object' && value !== null && 'entries' in value && 'outputs' in value

/** Parameters as text, without those that are null; a tape among them is shown by its number of operations. */
const showParams = (params: unknown): string =>
  typeof params !== 'object' || params === null || Object.keys(params).length === 0
    ? ''
    : ` ${JSON.stringify(params, (_, value: unknown) => (isTape(value) ? value.entries.length : (value ?? undefined)))
        .replace(/"(\w+)":/g, '$1: ')
        .replace(/,(?! )/g, ', ')}`

const showConstant = (x: Tensor): string => {
  const buffer = bufferOf(x)
  return buffer !== null && buffer.length === 1 ? String(buffer[0]) : `const${showDims(dimsOf(x))}`
}

/**
 * The tape as text, one operation per line.
 *
 * @throws ValueError when the argument is not a tape
 * @example
 * import { strictEqual } from 'assert'
 * import { scalar, showTape, square, trace } from 'grad-ts'
 *
 * strictEqual(showTape(trace(square)(scalar(3))), 'in  %0 : []\n    %1 = square(%0) : []\nout %1')
 * @category tape
 * @since 0.1.0
 */
export const showTape = (tape: Tape): string => {
  asTape('showTape', tape)
  const first = firstResults(tape)
  const name = (x: Ref): string => (typeof x === 'number' ? `%${x}` : showConstant(x))
  return [
    ...tape.inputs.map((dims, i) => `in  %${i} : ${showDims(dims)}`),
    ...tape.entries.map(({ primitive, params, inputs, results }, i) => {
      const given = results.map((_, k) => `%${first[i]! + k}`).join(', ')
      return `    ${given} = ${primitive.name}(${inputs.map(name).join(', ')})${showParams(params)} : ${results.map(showDims).join(', ')}`
    }),
    `out ${tape.outputs.map(name).join(', ')}`
  ].join('\n')
}

/**
 * Counts a tape's operations, floating-point operations and bytes of results. A loop is one operation; its floating-point operations
 * are those of a step times the number of steps: of `whileLoop` that is `maxSteps`, and one step without it, as the number of
 * steps is not known.
 *
 * @throws ValueError when the argument is not a tape
 * @example
 * import { deepStrictEqual } from 'assert'
 * import { cost, matmul, trace, zeros } from 'grad-ts'
 *
 * deepStrictEqual(cost(trace(matmul(zeros([3, 4])))(zeros([2, 3]))), { operations: 1, flops: 48, bytes: 64 })
 * @category tape
 * @since 0.1.0
 */
export const cost = (tape: Tape): Cost => costOf(asTape('cost', tape))
