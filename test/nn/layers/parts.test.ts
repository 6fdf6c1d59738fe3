import * as E from 'fp-ts/lib/Either.js'
import { describe, expect, it, test as vitest } from 'vitest'
import * as laws from '../../../laws/index.ts'
import * as nn from '../../../src/nn/index.ts'
import { add, relu, sigmoid, softmax, tanh } from '../../../src/ops/index.ts'
import { key } from '../../../src/random/key.ts'
import { ones, tensor, zeros } from '../../../src/tensor/construct.ts'
import type { Scalar, Tensor } from '../../../src/tensor/tensor.ts'
import { errorOf } from '../support.ts'
import '../../support/matchers.ts'

/** Learns a shift and counts its calls: a layer with parameters and state, which says nothing of its parts. */
const counting = <const N extends number>(
  size: N
): nn.Layer<{ readonly shift: Tensor<[N]> }, { readonly calls: Scalar }, [N], [N]> => ({
  name: 'counting',
  input: [size],
  output: [size],
  usesKey: false,
  hasParams: true,
  hasState: true,
  init: () => ({ params: { shift: ones([size]) }, state: { calls: zeros([]) } }),
  apply:
    (mode) =>
    ({ shift }, { calls }) =>
    (x) => [add(shift as never)(x as never) as never, { calls: mode._tag === 'Train' ? add(1)(calls) : calls }]
})

const dropout = nn.dropout({ keepProbability: 0.5 })
const inner = nn.sequential(dropout, counting(3), nn.dense({ inputs: 3, outputs: 4, activation: tanh }), dropout)
/** Everything at once: sequences in sequences, state and keys at every depth. */
const nested = nn.sequential(
  nn.dense({ inputs: 2, outputs: 3, activation: relu }),
  counting(3),
  dropout,
  inner,
  nn.activation([4])(sigmoid),
  nn.sequential(nn.sequential(counting(4)), nn.dense({ inputs: 4, outputs: 2, bias: false })),
  softmax
)

const start = nested.init(key(0))
const x = tensor([
  [1, 2],
  [3, -1]
])

describe('walking a model', () => {
  it('goes through its parts, those of sequences in it one by one, and knows where their parameters are', () => {
    const { visited } = nn.walk(nested)(nn.inference)(start.params, start.state)(x)
    expect(visited.map(({ name, params }) => [name, params])).toEqual([
      ['dense', [0]],
      ['relu', null],
      ['counting', [1]],
      ['dropout', null],
      ['dropout', null],
      ['counting', [2, 0]],
      ['dense', [2, 1]],
      ['tanh', null],
      ['dropout', null],
      ['sigmoid', null],
      ['counting', [3, 0, 0]],
      ['dense', [3, 1]],
      ['softmax', null]
    ])
    expect(visited.map(({ output }) => output.shape[1])).toEqual([3, 3, 3, 3, 3, 3, 4, 4, 4, 4, 4, 2, 2])
    const [first, second] = visited
    expect(relu(first!.output)).toBeTensor(second!.output)
  })

  it('moves on the state of every part', () => {
    const { state } = nn.walk(nested)(nn.training(key(1)))(start.params, start.state)(x)
    expect(state).toEqual([{ calls: zeros([]) }, [{ calls: zeros([]) }], [[{ calls: zeros([]) }]]].map(counted))
    expect(start.state[0].calls).toBeTensor(0)
  })

  it('of a layer without parts is applying it', () => {
    const layer = counting(2)
    const { params, state } = layer.init(key(0))
    const { visited, output, state: after } = nn.walk(layer)(nn.training(key(0)))(params, state)(x)
    expect(visited).toEqual([{ name: 'counting', params: [], output }])
    expect([output, after]).toEqual(layer.apply(nn.training(key(0)))(params, state)(x))
  })

  it('names functions by their names, where they have one', () => {
    const model = nn.sequential(
      nn.dense({ inputs: 2, outputs: 2, activation: ((y: never) => y) as never }),
      (y) => relu(y),
      function doubled(y) {
        return add(y as never)(y) as never
      }
    )
    const { params, state } = model.init(key(0))
    expect(
      nn
        .walk(model)(nn.inference)(
          params,
          state
        )(x)
        .visited.map(({ name }) => name)
    ).toEqual(['dense', 'activation', 'function', 'doubled'])
  })

  it('is an error for parameters and states of another model', () => {
    expect(errorOf(() => nn.walk(nested)(nn.inference)([] as never, start.state)(x))).toMatch(/^\w*Error: /)
    expect(errorOf(() => nn.walk(nested)(nn.inference)(null as never, start.state)(x))).toBe(
      'TreeError: walk: there is nothing at 0 of null'
    )
    expect(errorOf(() => nn.walk(nested)(nn.inference)(start.params, [] as never)(x))).toMatch(/^\w*Error: /)
  })
})

const counted = (tree: unknown): unknown =>
  Array.isArray(tree) ? tree.map(counted) : { calls: add(1)((tree as { readonly calls: Scalar }).calls) }

describe('layers made of parts', () => {
  for (const layer of [
    nested,
    inner,
    nn.dense({ inputs: 2, outputs: 3, activation: tanh }),
    nn.activation([2])(relu)
  ] as const)
    laws.register(vitest)(laws.layer(layer as never), { numRuns: 6 })

  const red = (layer: unknown): readonly string[] =>
    laws
      .run(laws.layer(layer as never), { numRuns: 10 })
      .flatMap(({ law, outcome }) => (E.isLeft(outcome) ? [law.slice(law.indexOf(': ') + 2)] : []))

  it('whose parts are those of another function are found', () => {
    const plain = nn.sequential(nn.dense({ inputs: 2, outputs: 2 }), tanh)
    const replaced = {
      ...plain,
      apply: (mode: nn.Mode) => (p: never, s: never) => (input: never) => {
        const [y, after] = plain.apply(mode)(p, s)(input)
        return [relu(y as Tensor), after]
      }
    }
    expect(red(replaced)).toEqual(['walking its parts is applying it'])
    expect(red({ ...replaced, parts: undefined })).toEqual([])
  })

  it('whose parts leave the state alone are found', () => {
    const broken = { ...inner, parts: inner.parts!.map((part) => ({ ...part, state: null })) }
    expect(red(broken)).toEqual(['walking its parts is applying it'])
    const mode = {
      ...inner,
      parts: inner.parts!.map((part) => ({ ...part, apply: () => part.apply(nn.training(key(3))) }))
    }
    expect(red(mode)).toEqual(['walking its parts is applying it'])
  })
})

describe('parts that are none', () => {
  it.each([[['a', 1n]], [[{ name: 'x', params: 1, state: null, apply: () => 0 }]], [[null]], ['text']])(
    'are refused where the layer is handed over: %#',
    (parts) => {
      const layer = { ...counting(3), parts } as never
      expect(() => nn.sequential(layer, counting(3) as never)).toThrow(/stage 0\.parts.* must be a/)
    }
  )
})
