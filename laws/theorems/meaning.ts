import type { Word } from '../../src/primitive/algebra.ts'
import type { NoParams, Primitive } from '../../src/primitive/primitive.ts'
import type { words as rows } from '../../src/primitive/table.ts'

/**
 * What the words for numbers mean over the reals, and where their derivatives are stated. Written by hand: a new primitive
 * on numbers has its line here, and its theorems follow from its rules.
 */

/** A part of the domain on which the derivative is stated, and the settings it is stated for. */
export interface Part<P = unknown> {
  /** Distinguishes parts in the names of theorems. */
  readonly name?: string
  readonly params?: P
  /** The name of an integer that the conditions speak of. */
  readonly integer?: string
  /** Conditions on the inputs, in Coq; none for all reals. */
  readonly where?: (...inputs: readonly string[]) => readonly string[]
  /** The same for the second derivative, where that is stated on less. */
  readonly whereTwice?: (...inputs: readonly string[]) => readonly string[]
}

export interface Meaning<P = unknown> {
  /** The definition in Coq, when Coq and Coquelicot have no function of this meaning. */
  readonly definition?: string
  /** The word applied to inputs, each an atom or in brackets, with its settings. */
  readonly print: (inputs: readonly string[], params: P) => string
  readonly parts: readonly Part<P>[]
}

type ParamsOf<T> = T extends Primitive<infer P> ? P : never

const anywhere: readonly Part<NoParams>[] = [{}]
type Where = NonNullable<Part['where']>
const on = (where: Where): readonly Part<NoParams>[] => [{ where }]

const infix = (symbol: string, parts = anywhere): Meaning<NoParams> => ({
  print: ([a = '', b = '']) => `${a} ${symbol} ${b}`,
  parts
})

/** A function that Coq or Coquelicot has. */
const known = (name: string, parts = anywhere): Meaning<NoParams> => ({
  print: (inputs) => [name, ...inputs].join(' '),
  parts
})

/** A function that is defined here, by the same name as the word. */
const defined = (name: string, inputs: string, body: string, parts = anywhere): Meaning<NoParams> => ({
  definition: `Definition ${name} (${inputs} : R) : R := ${body}.`,
  print: (given) => [name, ...given].join(' '),
  parts
})

const positive = on((x) => [`0 < ${x}`])
const aboveMinusOne = on((x) => [`-1 < ${x}`])
const insideOne = on((x) => [`-1 < ${x}`, `${x} < 1`])
const awayFromOrigin = on((a, b) => [`0 < ${a} * ${a} + ${b} * ${b}`])
const divisor = on((_, b) => [`${b} <> 0`])
/** Either side of a kink. */
const beside = (corner: string): readonly Part<NoParams>[] => [
  { name: 'above', where: (x) => [`${corner} < ${x}`] },
  { name: 'below', where: (x) => [`${x} < ${corner}`] }
]
/** Where a step is constant, by the integer `n` that it is there. */
const betweenJumps = (where: Where): readonly Part<NoParams>[] => [{ integer: 'n', where }]
const apart: readonly Part<NoParams>[] = [
  { name: 'above', where: (a, b) => [`${b} < ${a}`] },
  { name: 'below', where: (a, b) => [`${a} < ${b}`] }
]
/** Where the derivatives of bell curves are not cut off: outside, they are less than the smallest double. */
const uncut: Where = (x) => [`-40 < ${x}`, `${x} < 40`]

const isWhole = (n: number): boolean => Number.isInteger(n)

/** A whole exponent is a product, any base where it is defined; any other is `e^(exponent · ln x)`. */
const printPower = ([x = '']: readonly string[], { exponent }: { readonly exponent: number }): string =>
  !isWhole(exponent)
    ? `Rpower ${x} ${constantText(exponent)}`
    : exponent >= 0
      ? `${x} ^ ${exponent}`
      : `/ ${x} ^ ${-exponent}`

const power = (exponent: number): Part<{ readonly exponent: number }> => ({
  name: String(exponent).replace('-', 'minus').replace('.', 'point'),
  params: { exponent },
  ...(isWhole(exponent)
    ? exponent >= 0
      ? {}
      : { where: (x: string) => [`${x} <> 0`] }
    : { where: (x: string) => [`0 < ${x}`] })
})

/** Real numbers of which the rules hold the nearest double, by that double. */
export const readAs: readonly (readonly [value: number, text: string])[] = [
  [1 / 3, '(1 / 3)'],
  [Math.LN2, '(ln 2)'],
  [Math.LN10, '(ln 10)'],
  [2 / Math.sqrt(Math.PI), '(2 / sqrt PI)'],
  [-2 / Math.sqrt(Math.PI), '(- (2 / sqrt PI))'],
  [1 / Math.sqrt(2 * Math.PI), '(/ sqrt (2 * PI))'],
  [Math.sqrt(8 / Math.PI), 'gateLinear'],
  [0.044715 * Math.sqrt(8 / Math.PI), 'gateCubic'],
  [3 * 0.044715 * Math.sqrt(8 / Math.PI), '(3 * gateCubic)']
]

/** A double as the fraction that it is, or as the real number it is nearest to; NaN is any number, `nan`. */
export const constantText = (value: number): string => {
  if (Number.isNaN(value)) return 'nan'
  const known = readAs.find(([nearest]) => Math.abs(value - nearest) <= 2 ** -52 * Math.abs(nearest))
  if (known !== undefined) return known[1]
  const [numerator, denominator] = fraction(value)
  const text = denominator === 1 ? String(Math.abs(numerator)) : `${Math.abs(numerator)} / ${denominator}`
  return value < 0 ? `(- (${text}))` : denominator === 1 ? text : `(${text})`
}

const fraction = (value: number, denominator = 1): readonly [number, number] =>
  Number.isInteger(value) ? [value, denominator] : fraction(2 * value, 2 * denominator)

export const meanings = {
  add: infix('+'),
  sub: infix('-'),
  mul: infix('*'),
  div: infix('/', divisor),
  mulNoNan: infix('*'),
  neg: { print: ([x = '']) => `- ${x}`, parts: anywhere },
  pow: known('Rpower', positive),
  xlogy: defined(
    'xlogy',
    'a b',
    'a * ln b',
    on((_, b) => [`0 < ${b}`])
  ),
  xlog1py: defined(
    'xlog1py',
    'a b',
    'a * ln (1 + b)',
    on((_, b) => [`-1 < ${b}`])
  ),
  xdivy: infix('/', divisor),
  hypot: defined('hypot', 'a b', 'sqrt (a * a + b * b)', awayFromOrigin),
  direction: defined('direction', 'a b', 'a / sqrt (a * a + b * b)', awayFromOrigin),
  atan2: defined(
    'atan2',
    'y x',
    'if Rlt_dec 0 y then PI / 2 - atan (x / y) else if Rlt_dec y 0 then - (PI / 2) - atan (x / y) else if Rle_dec 0 x then 0 else PI',
    [
      { name: 'right', where: (_, x) => [`0 < ${x}`] },
      { name: 'upper', where: (y) => [`0 < ${y}`] },
      { name: 'lower', where: (y) => [`${y} < 0`] }
    ]
  ),
  floor: defined(
    'floor',
    'x',
    'IZR (Int_part x)',
    betweenJumps((x) => [`IZR n < ${x}`, `${x} < IZR n + 1`])
  ),
  round: defined(
    'round',
    'x',
    'let n := Int_part (x + 1 / 2) in if Req_EM_T (x + 1 / 2) (IZR n) then (if Z.even n then IZR n else IZR n - 1) else IZR n',
    betweenJumps((x) => [`IZR n - 1 / 2 < ${x}`, `${x} < IZR n + 1 / 2`])
  ),
  remainder: defined('remainder', 'a b', 'a - b * (if Rle_dec 0 (a / b) then floor (a / b) else - floor (- (a / b)))', [
    { name: 'less', where: (a, b) => [`${b} <> 0`, `-1 < ${a} / ${b}`, `${a} / ${b} < 1`] },
    {
      name: 'above',
      integer: 'n',
      where: (a, b) => [`${b} <> 0`, '0 <= IZR n', `IZR n < ${a} / ${b}`, `${a} / ${b} < IZR n + 1`]
    },
    {
      name: 'below',
      integer: 'n',
      where: (a, b) => [`${b} <> 0`, 'IZR n <= 0', `IZR n - 1 < ${a} / ${b}`, `${a} / ${b} < IZR n`]
    }
  ]),
  maximum: known('Rmax', apart),
  minimum: known('Rmin', apart),
  powNumber: { print: printPower, parts: [0, 1, 2, 3, 4, 7, -1, -2, -3, 0.5, 1.5, 2.5, -0.5, -1.5].map(power) },
  clip: {
    definition: 'Definition clip (min max x : R) : R := Rmax min (Rmin max x).',
    print: ([x = ''], { min, max }) => `clip ${constantText(min)} ${constantText(max)} ${x}`,
    parts: [
      { name: 'within', params: { min: -1, max: 2 }, where: (x) => [`-1 < ${x}`, `${x} < 2`] },
      { name: 'above', params: { min: -1, max: 2 }, where: (x) => [`2 < ${x}`] },
      { name: 'below', params: { min: -1, max: 2 }, where: (x) => [`${x} < -1`] }
    ]
  },
  exp: known('exp'),
  expm1: defined('expm1', 'x', 'exp x - 1'),
  log: known('ln', positive),
  log1p: defined('log1p', 'x', 'ln (1 + x)', aboveMinusOne),
  exp2: defined('exp2', 'x', 'Rpower 2 x'),
  log2: defined('log2', 'x', 'ln x / ln 2', positive),
  log10: defined('log10', 'x', 'ln x / ln 10', positive),
  sqrt: known('sqrt', positive),
  cbrt: defined('cbrt', 'x', 'sign x * Rpower (Rabs x) (1 / 3)', beside('0')),
  square: defined('square', 'x', 'x * x'),
  abs: known('Rabs', beside('0')),
  sign: known('sign', beside('0')),
  sin: known('sin'),
  cos: known('cos'),
  asin: known('asin', insideOne),
  acos: known('acos', insideOne),
  atan: known('atan'),
  sinh: known('sinh'),
  cosh: known('cosh'),
  tanh: known('tanh'),
  asinh: known('arcsinh'),
  acosh: defined(
    'acosh',
    'x',
    'ln (x + sqrt (x - 1) * sqrt (x + 1))',
    on((x) => [`1 < ${x}`])
  ),
  atanh: defined('atanh', 'x', '(ln (1 + x) - ln (1 - x)) / 2', insideOne),
  sechSquared: defined('sechSquared', 'x', '1 / (cosh x * cosh x)'),
  sigmoid: defined('sigmoid', 'x', '1 / (1 + exp (- x))'),
  sigmoidSlope: defined('sigmoidSlope', 'x', 'sigmoid x * sigmoid (- x)'),
  softplus: defined('softplus', 'x', 'ln (1 + exp x)'),
  gaussian: {
    definition: 'Definition gaussian (rate x : R) : R := exp (- (rate * (x * x))).',
    print: ([x = ''], { rate }) => `gaussian ${constantText(rate)} ${x}`,
    parts: [
      { name: 'one', params: { rate: 1 }, where: uncut },
      { name: 'half', params: { rate: 0.5 }, where: uncut }
    ]
  },
  tanhGate: defined('tanhGate', 'x', '(1 + tanh (gate x)) / 2', on(uncut)),
  tanhGateSlope: defined('tanhGateSlope', 'x', 'tanhGate x * tanhGate (- x)', on(uncut)),
  erf: defined('erf', 'x', '2 / sqrt PI * RInt (fun t => exp (- (t * t))) 0 x', [{ whereTwice: uncut }]),
  erfc: defined('erfc', 'x', '1 - erf x', [{ whereTwice: uncut }]),
  normalCdf: defined('normalCdf', 'x', '1 / 2 + / sqrt (2 * PI) * RInt (fun t => exp (- (t * t / 2))) 0 x', [
    { whereTwice: uncut }
  ]),
  logErfcx: {
    definition:
      'Definition logErfcx (order : nat) (x : R) : R := Derive_n (fun u => ln (erfc u * exp (u * u))) order x.',
    print: ([x = ''], { order }) => `logErfcx ${order} ${x}`,
    parts: [0, 1, 2].map((order) => ({
      name: `order${order}`,
      params: { order },
      where: (x: string) => [`0 < erfc ${x}`]
    }))
  },
  relu: defined('relu', 'x', 'Rmax x 0', beside('0')),
  greater: defined('greater', 'a b', 'if Rlt_dec b a then 1 else 0', apart),
  greaterEqual: defined('greaterEqual', 'a b', 'if Rle_dec b a then 1 else 0', apart),
  equal: defined('equal', 'a b', 'if Req_EM_T a b then 1 else 0', apart),
  where: { ...defined('select', 'c a b', 'if Req_EM_T c 0 then b else a') }
} satisfies { readonly [K in Word]?: Meaning<ParamsOf<(typeof rows)[K]>> }
