import { type Access, collapse } from './access.ts'
import { columnwise, isColumnwise } from './columns.ts'
import type { Lanes } from './lanes.ts'
import { advance, countdown, type Loop, type Result, type Setting, summed, type Walked, walkersOf } from './nest.ts'
import { acrossLanes, combine, identity, loadVector, maskOf, storeVector } from './vector.ts'
import { assign, type Effect, i32, local, type Local, type Statement, type Value } from './wasm.ts'

/**
 * Loops over tensors that compute a vector of results at a time: any elementwise function of operands with any strides, its
 * results stored, summed along loops, or both. What is known when the loop is written (lengths, strides, addresses) is in
 * its code.
 */

/** How many vectors are worked on in one turn of an innermost loop, where they are not interleaved. */
const UNROLL = 4
/** Most vectors that are written out without any loop. */
const STRAIGHT = 16

const numbers = (count: number): readonly number[] => Array.from({ length: count }, (_, i) => i)

/**
 * The outermost loop such that the index of a result depends neither on it nor on any loop within it; the number of
 * loops if there is no such loop.
 */
const reducedFrom = (strides: readonly number[]): number => {
  const last = strides.reduce((found, stride, d) => (stride === 0 ? found : d), -1)
  return last + 1
}

/** The statements for one vector: `lanes` of it count, and every pointer is `offsets` bytes behind. */
const vectorAt = (setting: Setting, offsets: readonly number[], lanes: number, splats: ReadonlyMap<number, Local>) => {
  const { l, dims, walkers, loads, results, body } = setting
  const inner = dims.length - 1
  const strideOf = ({ strides }: Access): number => (inner < 0 ? 1 : strides[inner]!)
  const pointerOf = ({ walker }: Walked): Value => walkers[walker]!.pointer
  const placeOf = ({ address, walker }: Walked): number => address + offsets[walker]!
  const vectors = loads.map(
    (load, i) => splats.get(i) ?? loadVector(l, pointerOf(load), placeOf(load), strideOf(load), lanes)
  )
  const values = body(vectors)
  const effects: Effect[] = []
  const sums: (readonly [Local, Value])[] = []
  results.forEach(({ place, reduction, accumulator }, i) => {
    const value = values[i]!
    const stride = strideOf(place)
    if (reduction === null) effects.push(...storeVector(l, pointerOf(place), value, placeOf(place), stride, lanes))
    else if (reducedFrom(place.strides) > inner) {
      // the vector's lanes have places of their own, which other turns of outer loops come back to
      const before = loadVector(l, pointerOf(place), placeOf(place), stride, lanes)
      effects.push(
        ...storeVector(l, pointerOf(place), combine(l, reduction, before, value), placeOf(place), stride, lanes)
      )
    } else {
      const counted = lanes === l.count ? value : l.select(maskOf(l, lanes), value, l.constant(identity[reduction]))
      sums.push([accumulator, combine(l, reduction, accumulator, counted)])
    }
  })
  return { effects, sums }
}

const offsetsAfter = (
  { walkers, l }: Setting,
  offsets: readonly number[],
  d: number,
  turns: number
): readonly number[] => offsets.map((offset, w) => offset + walkers[w]!.strides[d]! * turns * l.bytes)

/** Several vectors of one turn, interleaved; what is summed goes one after the other. */
const together = (parts: readonly ReturnType<typeof vectorAt>[], interleaved: number): readonly Statement[] =>
  interleaved > 1 && parts.every(({ sums }) => sums.length === 0)
    ? numbers(Math.ceil(parts.length / interleaved)).map((i) => ({
        _tag: 'Step',
        sets: [],
        effects: parts.slice(i * interleaved, (i + 1) * interleaved).flatMap(({ effects }) => effects)
      }))
    : parts.flatMap(({ effects, sums }): readonly Statement[] =>
        effects.length + sums.length === 0 ? [] : [{ _tag: 'Step', sets: sums, effects }]
      )

/** Whether a result is combined in a variable along the innermost loop. */
const isSummed = ({ reduction, place }: Setting['results'][number], inner: number): boolean =>
  reduction !== null && reducedFrom(place.strides) <= inner

/** Results whose sums are taken in other variables: one for each that is summed. */
const withAccumulators = (
  results: Setting['results'],
  inner: number,
  accumulators: readonly Local[]
): Setting['results'] => {
  let next = 0
  return results.map((result) => (isSummed(result, inner) ? { ...result, accumulator: accumulators[next++]! } : result))
}

/** The innermost loop. Operands that it repeats are loaded once, before it. */
const row = (setting: Setting, offsets: readonly number[], straight: boolean): readonly Statement[] => {
  const { l, dims, loads, walkers, unroll, interleaved } = setting
  const inner = dims.length - 1
  const n = inner < 0 ? 1 : dims[inner]!
  const whole = Math.floor(n / l.count)
  const rest = n % l.count
  const hoisted = loads.flatMap((load, i) =>
    inner >= 0 && load.strides[inner] === 0
      ? [[i, local('v128'), l.loadSplat(walkers[load.walker]!.pointer, load.address + offsets[load.walker]!)] as const]
      : []
  )
  const splats = new Map(hoisted.map(([i, variable]) => [i, variable]))
  const before: readonly Statement[] =
    hoisted.length === 0 ? [] : [assign(...hoisted.map(([, variable, value]) => [variable, value] as const))]
  const atWith = (own: Setting, vector: number, lanes: number) =>
    vectorAt(own, inner < 0 ? offsets : offsetsAfter(own, offsets, inner, vector * l.count), lanes, splats)
  const at = (vector: number, lanes: number) => atWith(setting, vector, lanes)
  const partial = rest === 0 ? [] : [at(whole, rest)]
  if (straight || whole <= unroll)
    return [...before, ...together([...numbers(whole).map((v) => at(v, l.count)), ...partial], interleaved)]
  const turns = Math.floor(whole / unroll)
  const sums = setting.results
    .filter((result) => isSummed(result, inner))
    .map(({ reduction, accumulator }) => ({
      reduction: reduction!,
      accumulator
    }))
  const bytes = (strides: readonly number[]): number => strides[inner]! * unroll * l.count * l.bytes
  // after the loop the pointers stand behind it; what is left is written from there
  const left = numbers(whole % unroll).map((v) => at(v, l.count))
  const last = rest === 0 ? [] : [at(whole % unroll, rest)]
  return [
    ...before,
    ...summed(l, turns, sums, (accumulators) => {
      const own: Setting = { ...setting, results: withAccumulators(setting.results, inner, accumulators) }
      return [
        ...together(
          numbers(unroll).map((v) => atWith(own, v, l.count)),
          interleaved
        ),
        assign(...advance(setting, bytes))
      ]
    }),
    ...together([...left, ...last], interleaved),
    assign(...advance(setting, (strides) => -bytes(strides) * turns))
  ]
}

/** Sets the accumulators of the results that the loops from `d` on combine, and puts them in their places afterwards. */
const reducing = (
  { l, results, walkers }: Setting,
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

const level = (setting: Setting, d: number, offsets: readonly number[], straight: boolean): readonly Statement[] => {
  const { dims, l } = setting
  if (d >= dims.length - 1) return reducing(setting, offsets, d, row(setting, offsets, straight))
  const n = dims[d]!
  const inside = (at: readonly number[]): readonly Statement[] => level(setting, d + 1, at, straight)
  const body = straight
    ? numbers(n).flatMap((i) => inside(offsetsAfter(setting, offsets, d, i)))
    : [
        ...countdown(n, [...inside(offsets), assign(...advance(setting, (strides) => strides[d]! * l.bytes))]),
        assign(...advance(setting, (strides) => -strides[d]! * n * l.bytes))
      ]
  return reducing(setting, offsets, d, body)
}

/** Sets every place of a result to what combines with anything to that. */
const clear = (l: Lanes, { to, reduction }: Result, dims: readonly number[]): readonly Statement[] => {
  const places = dims.map((n, d) => (to.strides[d] === 0 ? 1 : n))
  return loop(l, {
    dims: places,
    loads: [],
    body: () => [l.constant(identity[reduction!])],
    results: [{ to, reduction: null }]
  })
}

/** Whether places are met again by outer loops, so that they must hold something to begin with. */
const meetsAgain = ({ strides }: Access): boolean => strides.slice(0, reducedFrom(strides)).includes(0)

/** The statements of a loop nest. */
export const loop = (l: Lanes, { dims, loads, body, results, interleaved = 1 }: Loop): readonly Statement[] => {
  if (dims.includes(0)) return results.flatMap((result) => (result.reduction === null ? [] : clear(l, result, dims)))
  const nest = collapse({ dims, accesses: [...loads, ...results.map(({ to }) => to)] })
  const { walkers, walked } = walkersOf(nest.accesses)
  const setting: Setting = {
    l,
    dims: nest.dims,
    walkers,
    loads: walked.slice(0, loads.length),
    results: results.map(({ to, reduction }, i) => {
      const place = walked[loads.length + i]!
      // along loops of one turn nothing meets
      return { to, place, reduction: place.strides.includes(0) ? reduction : null, accumulator: local('v128') }
    }),
    body,
    unroll: interleaved > 1 ? interleaved : UNROLL,
    interleaved
  }
  const start = walkers.map(({ pointer }) => [pointer, i32.constant(0)] as const)
  if (isColumnwise(setting)) return [assign(...start), ...columnwise(setting)]
  const inner = nest.dims[nest.dims.length - 1] ?? 1
  const vectors = nest.dims.slice(0, -1).reduce((count, n) => count * n, Math.ceil(inner / l.count))
  return [
    ...setting.results.flatMap((result, i) =>
      result.reduction !== null && meetsAgain(result.place) ? clear(l, results[i]!, dims) : []
    ),
    ...(start.length === 0 ? [] : [assign(...start)]),
    ...level(
      setting,
      0,
      walkers.map(() => 0),
      vectors <= STRAIGHT
    )
  ]
}
