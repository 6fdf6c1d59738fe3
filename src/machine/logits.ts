import { expOfNegative } from './exponential.ts'
import { loadVector, storeVector } from './vector.ts'
import type { Lanes } from './lanes.ts'
import { log1p } from './logarithm.ts'
import { cut, SPLIT_UNIT } from './split.ts'
import { assign, i32, local, type Local, doWhile, type Statement, type Value } from './wasm.ts'

/**
 * Probabilities of logits, their logarithms, or log-sum-exp along one axis. Each lane works on a group of its own (a row, or a column when
 * the axis is not the last), so nothing is combined across lanes and a group is summed in order.
 */
export interface Logits {
  readonly kind: 'probabilities' | 'logProbabilities' | 'logSumExp'
  /** Second output of `logProbabilities`: where to store the probabilities too, at little extra cost. */
  readonly sibling?: number
  /** Sizes before, along and after the axis. */
  readonly outer: number
  readonly along: number
  readonly inner: number
  /** Addresses of dense elements. */
  readonly from: number
  readonly to: number
}

/** Groups of up to this many elements are unrolled, with exponentials kept in locals. */
const KEPT = 16

/** Whether the kernel of the logarithms can store the probabilities too. */
export const allowsSibling = (along: number): boolean => along <= KEPT

const numbers = (count: number): readonly number[] => Array.from({ length: count }, (_, i) => i)

/** `e^(x − top)`; 1 where both are ∞. */
const shifted = (l: Lanes, x: Value, top: Value): Value =>
  l.select(l.eq(x, l.constant(Infinity)), l.constant(1), expOfNegative(l, l.sub(x, top)))

/** The layout of the groups of one vector. */
interface Groups {
  readonly pointer: Local
  readonly result: Local
  readonly lanes: number
  /** Strides between lanes in elements, for input and output. */
  readonly apart: number
  readonly apartOut: number
  /** Stride within a group, in elements. */
  readonly step: number
}

const statementsFor = (l: Lanes, s: Logits, g: Groups): readonly Statement[] => {
  const [top, total] = [local('v128'), local('v128')]
  /**
   * The sum of all exponentials below the largest, and the count of largest ones: separate, so that a small sum keeps
   * its digits.
   */
  const [others, ties] = [local('v128'), local('v128')]
  const bytes = g.step * l.bytes
  const read = (pointer: Value, i: number): Value => loadVector(l, pointer, s.from + i * bytes, g.apart, g.lanes)
  /** Statements for each element of a group: unrolled when short, else a loop that reloads the elements. */
  const each = (
    act: (x: Value, write: (value: Value) => Statement, first: boolean) => readonly Statement[]
  ): readonly Statement[] => {
    if (s.along <= KEPT)
      return numbers(s.along).flatMap((i) =>
        act(
          read(g.pointer, i),
          (value) => ({
            _tag: 'Step',
            sets: [],
            effects: storeVector(l, g.result, value, s.to + i * bytes, g.apartOut, g.lanes)
          }),
          i === 0
        )
      )
    const [from, to, left] = [local('i32'), local('i32'), local('i32')]
    return [
      assign([from, g.pointer], [to, g.result], [left, i32.constant(s.along)]),
      doWhile(
        left,
        ...act(
          read(from, 0),
          (value) => ({ _tag: 'Step', sets: [], effects: storeVector(l, to, value, s.to, g.apartOut, g.lanes) }),
          false
        ),
        assign(
          [from, i32.add(from, i32.constant(bytes))],
          [to, i32.add(to, i32.constant(bytes))],
          [left, i32.sub(left, i32.constant(1))]
        )
      )
    ]
  }
  const store = (value: Value): Statement => ({
    _tag: 'Step',
    sets: [],
    effects: storeVector(l, g.result, value, s.to, g.apartOut, g.lanes)
  })
  /** Stores one result of an unrolled group. */
  const put = (value: Value, to: number, i: number): Statement => ({
    _tag: 'Step',
    sets: [],
    effects: storeVector(l, g.result, value, to + i * bytes, g.apartOut, g.lanes)
  })
  /** In an unrolled group each exponential is computed once and kept in a local. */
  const exponentials = numbers(s.along <= KEPT ? s.along : 0).map(() => local('v128'))
  const start = [
    assign(
      [top, l.constant(-Infinity)],
      ...(s.kind === 'probabilities' ? [total] : [others, ties]).map((sum) => [sum, l.constant(0)] as const)
    ),
    // pmax may skip a NaN: its exponential makes the sum NaN anyway
    ...each((x) => [assign([top, s.kind === 'logSumExp' ? l.max(top, x) : l.pmax(top, x)])])
  ]
  const sum = (x: Value): Statement => assign([total, l.add(total, shifted(l, x, top))])
  /** Adds an exponential to `others`, or counts it as a tie of the largest; NaN for a group of −∞ alone. */
  const count = (x: Value, exponential: Value): Statement => {
    const tie = l.and(l.eq(x, top), l.constant(1))
    return assign([others, l.add(others, l.sub(exponential, tie))], [ties, l.add(ties, tie)])
  }
  /** The sum of the exponentials minus one of the largest, which is 1. */
  const rest = (): Value => l.add(others, l.sub(ties, l.constant(1)))
  switch (s.kind) {
    case 'probabilities': {
      if (s.along > KEPT)
        return [...start, ...each((x) => [sum(x)]), ...each((x, write) => [write(l.div(shifted(l, x, top), total))])]
      return [
        ...start,
        ...exponentials.map((e, i) => assign([e, shifted(l, read(g.pointer, i), top)])),
        ...exponentials.map((e) => assign([total, l.add(total, e)])),
        ...exponentials.map((e, i) => put(l.div(e, total), s.to, i))
      ]
    }
    case 'logProbabilities': {
      const logTotal = local('v128')
      const logarithm = (x: Value): Value => l.sub(l.select(l.eq(x, top), l.constant(0), l.sub(x, top)), logTotal)
      if (s.sibling === undefined)
        return [
          ...start,
          ...each((x) => [count(x, shifted(l, x, top))]),
          assign([logTotal, log1p(l, rest())]),
          ...each((x, write) => [write(logarithm(x))])
        ]
      const { sibling } = s
      return [
        ...start,
        ...exponentials.map((e, i) => assign([e, shifted(l, read(g.pointer, i), top)])),
        ...exponentials.map((e, i) => count(read(g.pointer, i), e)),
        assign([total, rest()]),
        assign([logTotal, log1p(l, total)], [total, l.add(total, l.constant(1))]),
        ...exponentials.map((e, i) => put(l.div(e, total), sibling, i)),
        ...exponentials.map((_, i) => put(logarithm(read(g.pointer, i)), s.to, i))
      ]
    }
    case 'logSumExp':
      return [
        ...start,
        ...each((x) => [count(x, shifted(l, x, top))]),
        // an infinite or NaN maximum is the result
        store(l.select(l.lt(l.abs(top), l.constant(Infinity)), l.add(top, log1p(l, rest())), top))
      ]
  }
}

const repeat = (turns: number, steps: readonly (readonly [Local, number])[], body: readonly Statement[]) => {
  if (turns === 0) return []
  const left = local('i32')
  const moves = steps.map(([pointer, step]) => [pointer, i32.add(pointer, i32.constant(step))] as const)
  return turns === 1
    ? [...body, assign(...moves)]
    : [
        assign([left, i32.constant(turns)]),
        doWhile(left, ...body, assign([left, i32.sub(left, i32.constant(1))], ...moves))
      ]
}

/** Splits the work along the elements before its axis. */
export const splitLogits = (l: Lanes, s: Logits, parts: number): readonly Logits[] =>
  cut(s.outer, parts, SPLIT_UNIT).map(({ start, length }) => {
    const elements = start * s.along * s.inner
    const to = s.kind === 'logSumExp' ? start * s.inner : elements
    return {
      ...s,
      outer: length,
      from: s.from + elements * l.bytes,
      to: s.to + to * l.bytes,
      ...(s.sibling === undefined ? {} : { sibling: s.sibling + elements * l.bytes })
    }
  })

/** The statements of probabilities, their logarithms or log-sum-exp. */
export const logits = (l: Lanes, s: Logits): readonly Statement[] => {
  const [pointer, result] = [local('i32'), local('i32')]
  const outLength = s.kind === 'logSumExp' ? 1 : s.along
  const items = s.inner === 1 ? s.outer : s.inner
  const [apart, apartOut] = s.inner === 1 ? [s.along, outLength] : [1, 1]
  const groups = (lanes: number): Groups => ({ pointer, result, lanes, apart, apartOut, step: s.inner })
  const steps = (lanes: number): readonly (readonly [Local, number])[] => [
    [pointer, lanes * apart * l.bytes],
    [result, lanes * apartOut * l.bytes]
  ]
  const rest = items % l.count
  const one = [
    ...repeat(Math.floor(items / l.count), steps(l.count), statementsFor(l, s, groups(l.count))),
    ...(rest === 0 ? [] : repeat(1, steps(rest), statementsFor(l, s, groups(rest))))
  ]
  const start = assign([pointer, i32.constant(0)], [result, i32.constant(0)])
  return s.inner === 1
    ? [start, ...one]
    : [
        start,
        ...repeat(
          s.outer,
          [
            [pointer, (s.along - 1) * s.inner * l.bytes],
            [result, (outLength - 1) * s.inner * l.bytes]
          ],
          one
        )
      ]
}
