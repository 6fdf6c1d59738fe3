import { type Access, collapse } from './access.ts'
import { columnwise, isColumnwise } from './columns.ts'
import { joinLargest, largestOf, startLargest, valueOfLargest } from './largest.ts'
import type { Lanes } from './lanes.ts'
import {
  advance,
  countdown,
  type Loop,
  type Result,
  type NestContext,
  blockedSum,
  type Walked,
  walkersOf
} from './nest.ts'
import { acrossLanes, combine, identity, loadVector, maskOf, storeVector } from './vector.ts'
import { assign, type Effect, i32, local, type Local, type Statement, type Value } from './wasm.ts'

/**
 * Vectorised loop nests over tensors: a fused elementwise function of strided operands, whose results are stored,
 * reduced along loops, or both. Lengths, strides and addresses are constants in the generated code.
 */

/** Unroll factor of an innermost loop, in vectors, where they are not interleaved. */
const UNROLL = 4
/** Up to this many vectors a nest is fully unrolled. */
const STRAIGHT = 16

const numbers = (count: number): readonly number[] => Array.from({ length: count }, (_, i) => i)

/**
 * The outermost loop from which on all strides of a result are 0, that is, along which it is reduced; the number of
 * loops if there is none.
 */
const reducedFrom = (strides: readonly number[]): number => {
  const last = strides.reduce((found, stride, d) => (stride === 0 ? found : d), -1)
  return last + 1
}

/**
 * The effects and accumulator updates of one vector, of which `lanes` are used, at `offsets` bytes from the pointers.
 */
const vectorAt = (
  context: NestContext,
  offsets: readonly number[],
  lanes: number,
  splats: ReadonlyMap<number, Local>
) => {
  const { l, dims, walkers, loads, results, body } = context
  const inner = dims.length - 1
  const strideOf = ({ strides }: Access): number => (inner < 0 ? 1 : strides[inner]!)
  const pointerOf = ({ walker }: Walked): Value => walkers[walker]!.pointer
  const placeOf = ({ address, walker }: Walked): number => address + offsets[walker]!
  const vectors = loads.map(
    (load, i) =>
      splats.get(i) ??
      loadVector(l, pointerOf(load), placeOf(load), strideOf(load), lanes, walkers[load.walker]!.backwards)
  )
  const values = body(vectors)
  const effects: Effect[] = []
  const sums: (readonly [Local, Value])[] = []
  results.forEach(({ place, reduction, accumulator, largest: own }, i) => {
    const value = values[i]!
    const stride = strideOf(place)
    if (reduction === null) effects.push(...storeVector(l, pointerOf(place), value, placeOf(place), stride, lanes))
    else if (reducedFrom(place.strides) > inner) {
      // reduced along an outer loop: accumulate in memory, lane by lane
      const before = loadVector(l, pointerOf(place), placeOf(place), stride, lanes)
      effects.push(
        ...storeVector(l, pointerOf(place), combine(l, reduction, before, value), placeOf(place), stride, lanes)
      )
    } else if (own !== undefined) sums.push(...joinLargest(l, own, value))
    else {
      const counted = lanes === l.count ? value : l.select(maskOf(l, lanes), value, l.constant(identity[reduction]))
      sums.push([accumulator, combine(l, reduction, accumulator, counted)])
    }
  })
  return { effects, sums }
}

const offsetsAfter = (
  { walkers, l }: NestContext,
  offsets: readonly number[],
  d: number,
  turns: number
): readonly number[] => offsets.map((offset, w) => offset + walkers[w]!.strides[d]! * turns * l.bytes)

/** The vectors of one iteration, interleaved where none of them accumulates; accumulation is sequential. */
const interleaveVectors = (parts: readonly ReturnType<typeof vectorAt>[], interleaved: number): readonly Statement[] =>
  interleaved > 1 && parts.every(({ sums }) => sums.length === 0)
    ? numbers(Math.ceil(parts.length / interleaved)).map((i) => ({
        _tag: 'Step',
        sets: [],
        effects: parts.slice(i * interleaved, (i + 1) * interleaved).flatMap(({ effects }) => effects)
      }))
    : parts.flatMap(({ effects, sums }): readonly Statement[] =>
        effects.length + sums.length === 0 ? [] : [{ _tag: 'Step', sets: sums, effects }]
      )

/** Whether a result is accumulated in a local along the innermost loop. */
const isSummed = ({ reduction, place }: NestContext['results'][number], inner: number): boolean =>
  reduction !== null && reducedFrom(place.strides) <= inner

/** From this many turns on maxima have accumulators for each vector of a turn. */
const MANY_TURNS = 4

/** The results with their accumulators replaced, one for each that is summed in blocks. */
const withAccumulators = (
  results: NestContext['results'],
  isBlocked: (result: NestContext['results'][number]) => boolean,
  accumulators: readonly Local[]
): NestContext['results'] => {
  let next = 0
  return results.map((result) => (isBlocked(result) ? { ...result, accumulator: accumulators[next++]! } : result))
}

/** The innermost loop. Loads of loop-invariant operands are hoisted out of it. */
const row = (context: NestContext, offsets: readonly number[], straight: boolean): readonly Statement[] => {
  const { l, dims, loads, walkers, unroll, interleaved } = context
  const inner = dims.length - 1
  const n = inner < 0 ? 1 : dims[inner]!
  const whole = Math.floor(n / l.count)
  const rest = n % l.count
  const hoisted = loads.flatMap((load, i) => {
    const { pointer, backwards } = walkers[load.walker]!
    return inner >= 0 && load.strides[inner] === 0
      ? [
          [
            i,
            local('v128'),
            loadVector(l, pointer, load.address + offsets[load.walker]!, 0, l.count, backwards)
          ] as const
        ]
      : []
  })
  const splats = new Map(hoisted.map(([i, variable]) => [i, variable]))
  const before: readonly Statement[] =
    hoisted.length === 0 ? [] : [assign(...hoisted.map(([, variable, value]) => [variable, value] as const))]
  const atWith = (own: NestContext, vector: number, lanes: number) =>
    vectorAt(own, inner < 0 ? offsets : offsetsAfter(own, offsets, inner, vector * l.count), lanes, splats)
  const at = (vector: number, lanes: number) => atWith(context, vector, lanes)
  const partial = rest === 0 ? [] : [at(whole, rest)]
  if (straight || whole <= unroll)
    return [...before, ...interleaveVectors([...numbers(whole).map((v) => at(v, l.count)), ...partial], interleaved)]
  const turns = Math.floor(whole / unroll)
  const isTop = (result: NestContext['results'][number]): boolean =>
    turns >= MANY_TURNS && result.reduction === 'max' && isSummed(result, inner)
  const isBlocked = (result: NestContext['results'][number]): boolean => isSummed(result, inner) && !isTop(result)
  /** For each result, and for each vector of a turn. */
  const tops = context.results.map((result) => (isTop(result) ? largestOf(unroll) : []))
  const topped = (own: NestContext, v: number): NestContext => ({
    ...own,
    results: own.results.map((result, i) => {
      const top = tops[i]![v]
      return top === undefined ? result : { ...result, largest: top }
    })
  })
  const sums = context.results.filter(isBlocked).map(({ reduction, accumulator }) => ({
    reduction: reduction!,
    accumulator
  }))
  const bytes = (strides: readonly number[]): number => strides[inner]! * unroll * l.count * l.bytes
  // the loop has advanced the pointers, so the remainder starts at offset 0
  const left = numbers(whole % unroll).map((v) => at(v, l.count))
  const last = rest === 0 ? [] : [at(whole % unroll, rest)]
  return [
    ...before,
    ...tops.flat().map((top) => assign(...startLargest(l, top))),
    ...blockedSum(l, turns, sums, (accumulators) => {
      const own: NestContext = { ...context, results: withAccumulators(context.results, isBlocked, accumulators) }
      return [
        ...interleaveVectors(
          numbers(unroll).map((v) => atWith(topped(own, v), v, l.count)),
          interleaved
        ),
        assign(...advance(context, bytes))
      ]
    }),
    ...tops.flatMap((own, i) => {
      const { accumulator } = context.results[i]!
      return own.map((top) => assign([accumulator, combine(l, 'max', accumulator, valueOfLargest(l, top))]))
    }),
    ...interleaveVectors([...left, ...last], interleaved),
    assign(...advance(context, (strides) => -bytes(strides) * turns))
  ]
}

/** Initialises the accumulators of results that are reduced by loops `d` and deeper, and stores them afterwards. */
const reducing = (
  { l, results, walkers }: NestContext,
  offsets: readonly number[],
  d: number,
  body: readonly Statement[]
): readonly Statement[] => {
  const own = results.filter(({ reduction, place }) => reduction !== null && reducedFrom(place.strides) === d)
  if (own.length === 0) return body
  return [
    assign(...own.map(({ accumulator, reduction }) => [accumulator, l.constant(identity[reduction!])] as const)),
    ...body,
    {
      _tag: 'Step',
      sets: [],
      effects: own.flatMap(({ accumulator, reduction, place }) => {
        const { pointer } = walkers[place.walker]!
        const offset = place.address + offsets[place.walker]!
        const total = acrossLanes(l, reduction!, accumulator)
        const meets = place.strides.slice(0, d).includes(0)
        const before = l.loadOne(pointer, offset)
        return storeVector(l, pointer, meets ? combine(l, reduction!, before, total) : total, offset, 1, 1)
      })
    }
  ]
}

const level = (
  context: NestContext,
  d: number,
  offsets: readonly number[],
  straight: boolean
): readonly Statement[] => {
  const { dims, l } = context
  if (d >= dims.length - 1) return reducing(context, offsets, d, row(context, offsets, straight))
  const n = dims[d]!
  const inside = (at: readonly number[]): readonly Statement[] => level(context, d + 1, at, straight)
  const body = straight
    ? numbers(n).flatMap((i) => inside(offsetsAfter(context, offsets, d, i)))
    : [
        ...countdown(n, [...inside(offsets), assign(...advance(context, (strides) => strides[d]! * l.bytes))]),
        assign(...advance(context, (strides) => -strides[d]! * n * l.bytes))
      ]
  return reducing(context, offsets, d, body)
}

/** Fills a result with the identity of its reduction. */
const fillIdentity = (l: Lanes, { to, reduction }: Result, dims: readonly number[]): readonly Statement[] => {
  const places = dims.map((n, d) => (to.strides[d] === 0 ? 1 : n))
  return loop(l, {
    dims: places,
    loads: [],
    body: () => [l.constant(identity[reduction!])],
    results: [{ to, reduction: null }]
  })
}

/** Whether outer loops revisit elements of a result, which must then be initialised. */
const isRevisited = ({ strides }: Access): boolean => strides.slice(0, reducedFrom(strides)).includes(0)

/** The statements of a loop nest. */
export const loop = (l: Lanes, { dims, loads, body, results, interleaved = 1 }: Loop): readonly Statement[] => {
  if (dims.includes(0))
    return results.flatMap((result) => (result.reduction === null ? [] : fillIdentity(l, result, dims)))
  const nest = collapse({ dims, accesses: [...loads, ...results.map(({ to }) => to)] })
  const { walkers, walked } = walkersOf(nest.accesses)
  const context: NestContext = {
    l,
    dims: nest.dims,
    walkers,
    loads: walked.slice(0, loads.length),
    results: results.map(({ to, reduction }, i) => {
      const place = walked[loads.length + i]!
      // loops of one iteration reduce nothing
      return { to, place, reduction: place.strides.includes(0) ? reduction : null, accumulator: local('v128') }
    }),
    body,
    unroll: interleaved > 1 ? interleaved : UNROLL,
    interleaved
  }
  const start = walkers.map(({ pointer }) => [pointer, i32.constant(0)] as const)
  if (isColumnwise(context)) return [assign(...start), ...columnwise(context)]
  const inner = nest.dims[nest.dims.length - 1] ?? 1
  const vectors = nest.dims.slice(0, -1).reduce((count, n) => count * n, Math.ceil(inner / l.count))
  return [
    ...context.results.flatMap((result, i) =>
      result.reduction !== null && isRevisited(result.place) ? fillIdentity(l, results[i]!, dims) : []
    ),
    ...(start.length === 0 ? [] : [assign(...start)]),
    ...level(
      context,
      0,
      walkers.map(() => 0),
      vectors <= STRAIGHT
    )
  ]
}
