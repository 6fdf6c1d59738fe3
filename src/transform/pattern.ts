import { type Groups, type IndexSet, noSets, sameSets, singletons, throughGroups, unions } from '../kernel/indexSets.ts'
import { type Loop, scan } from '../primitive/scan.ts'
import { origin } from '../tape/apply.ts'
import { runTape } from '../tape/run.ts'
import { during, shapeLeaf, token } from '../tape/tape.ts'
import { runningSums, sizeOf } from '../tensor/dims.ts'
import { bufferOf, dimsOf, make, type Tensor } from '../tensor/tensor.ts'
import { dependenceOf } from './dependence.ts'
import { cut, zerosLike } from './loop.ts'
import { type Traced, traceAt } from './sweep.ts'

/** Which outputs of a trace depend on which inputs: the tape interpreted over sets of indices. */

/** A set for each element of a tensor. */
type Sets = readonly IndexSet[]

/** A trace as a function of sets: from those of its inputs to those of its outputs. */
type SetMap = (inputs: readonly Sets[]) => readonly Sets[]

/** A tensor of which the shape is known, and the value if it does not depend on the inputs. */
const asKnown = (x: Tensor): Tensor => {
  const buffer = bufferOf(x)
  return buffer === null || origin(x) === null ? x : make(dimsOf(x), buffer)
}

/** The results of one call from the sets of its inputs, of which those without a derivative are `undefined`. */
type Step = (given: readonly (Sets | undefined)[]) => readonly Sets[]

const sizesOf = (xs: readonly Tensor[]): readonly number[] => xs.map((x) => sizeOf(dimsOf(x)))

/** The sets of elements that do not depend on an input, where there are none. */
const filled = (given: readonly (Sets | undefined)[], like: readonly Tensor[]): readonly Sets[] =>
  sizesOf(like).map((size, i) => given[i] ?? noSets(size))

/** An operation by what the table declares of it. */
const byTable = (node: Tensor, inputs: readonly Tensor[], outputs: readonly Tensor[]): Step => {
  const { primitive, params } = origin(node)!
  const known = new Map<number, Groups | null>()
  const groupsAt = (index: number, result: number): Groups | null => {
    const at = index * outputs.length + result
    if (!known.has(at)) {
      const groups = dependenceOf({ primitive, params, inputs, outputs, index, result })
      known.set(at, groups.input === null && groups.output === null ? null : groups)
    }
    return known.get(at)!
  }
  return (given) =>
    sizesOf(outputs).map((size, result) => {
      let total: Sets | undefined
      for (let index = 0; index < given.length; index++) {
        const sets = given[index]
        if (sets === undefined) continue
        const groups = groupsAt(index, result)
        const own = groups === null ? sets : throughGroups(groups, sets, size)
        total = total === undefined ? own : unions(total, own)
      }
      return total ?? noSets(size)
    })
}

/** A loop, step by step; a step that may be left out leaves the carry as it was. */
const throughLoop = (loop: Loop, inputs: readonly Tensor[], outputs: readonly Tensor[]): Step => {
  const { step, length, reverse, carries, xs, when } = loop
  const act = token('sparsityPattern')
  const leaves = step.inputs.map((dims) => shapeLeaf(act, dims))
  const map = setMap(during(act, () => traceAt('sparsityPattern', leaves, (at) => runTape(step, at))))
  return (given) => {
    const [begin, along, fixed] = cut(filled(given, inputs), carries, xs)
    const kept = sizesOf(outputs.slice(carries)).map((size) => [...noSets(size)])
    const keep = (at: number, own: readonly Sets[]): void => {
      for (let k = 0; k < kept.length; k++) {
        const sets = own[carries + k]!
        for (let i = 0; i < sets.length; i++) kept[k]![at * sets.length + i] = sets[i]!
      }
    }
    const place = (i: number): number => (reverse ? length - 1 - i : i)
    let state = begin!
    for (let i = 0; i < length; i++) {
      const element = (sets: Sets): Sets => {
        const size = sets.length / length
        return sets.slice(place(i) * size, (place(i) + 1) * size)
      }
      const own = map([...state, ...along!.map(element), ...fixed!])
      const next = own.slice(0, carries).map((sets, k) => (when === null ? sets : unions(state[k]!, sets)))
      keep(place(i), own)
      const isSettled = xs === 0 && next.every((sets, k) => sameSets(sets, state[k]!))
      state = next
      if (!isSettled) continue
      // all further steps give the same
      for (let later = i + 1; kept.length > 0 && later < length; later++) keep(place(later), own)
      break
    }
    return [...state, ...kept]
  }
}

/** A function with a derivative rule of its own: by the tangents that the rule gives, and not by the function. */
const byOwnRule = (loop: Loop, inputs: readonly Tensor[], outputs: readonly Tensor[]): Step => {
  const act = token('sparsityPattern')
  const known = new Map<string, SetMap>()
  const mapOf = (moving: readonly boolean[]): SetMap => {
    const leaves = inputs.filter((_, i) => moving[i]!).map((x) => shapeLeaf(act, dimsOf(x)))
    const traced = traceAt('sparsityPattern', leaves, (tangents) => {
      const left = [...tangents]
      const own = moving.map((isMoving) => (isMoving ? { value: left.shift()!, reached: null } : undefined))
      const found = loop.rules().tangents(loop, inputs, own)
      return found.map((one, i) => one?.value ?? zerosLike(outputs[i]!))
    })
    return setMap(traced)
  }
  return (given) => {
    const moving = given.map((sets) => sets !== undefined)
    const map = known.get(moving.join()) ?? mapOf(moving)
    known.set(moving.join(), map)
    return map(given.flatMap((sets) => (sets === undefined ? [] : [sets])))
  }
}

/** How the sets pass a trace. */
const setMap = (traced: Traced): SetMap => {
  const { slice, active, inputs: count } = traced
  const { nodes, refs } = slice
  const act = token('sparsityPattern')
  const shapes = nodes.map((x) => shapeLeaf(act, dimsOf(x)))
  const steps = new Map<number, Step>()
  for (let i = count; i < nodes.length; i++) {
    const { primitive, params, inputs: from, results } = origin(nodes[i]!)!
    const inputs = from.map((x, k) => (refs[i]![k]! < 0 ? asKnown(x) : shapes[refs[i]![k]!]!))
    const outputs = shapes.slice(i, i + (results?.length ?? 1))
    const loop = params as Loop
    steps.set(
      i,
      (primitive as object) !== scan
        ? byTable(nodes[i]!, inputs, outputs)
        : loop.inline === true
          ? byOwnRule(loop, inputs, outputs)
          : throughLoop(loop, inputs, outputs)
    )
    i += outputs.length - 1
  }
  return (inputs) => {
    const found: Sets[] = [...inputs]
    for (let i = count; i < nodes.length; i = found.length) {
      const { primitive } = origin(nodes[i]!)!
      const given = refs[i]!.map((ref, k) =>
        ref < 0 || !active[ref]! || !primitive.differentiable(k) ? undefined : found[ref]
      )
      found.push(...steps.get(i)!(given))
    }
    return slice.outputs.map((at, i) => (at < 0 ? noSets(sizeOf(dimsOf(traced.values[i]!))) : found[at]!))
  }
}

/** For each element of the outputs, in order, the elements of the inputs, counted through, that it may depend on. */
export const rowsOf = (traced: Traced): Sets => {
  const sizes = sizesOf(traced.primals.slice(0, traced.inputs))
  const first = runningSums(sizes)
  return setMap(traced)(sizes.map((size, i) => singletons(first[i]!, size))).flat()
}
