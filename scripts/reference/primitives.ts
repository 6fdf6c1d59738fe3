import fc from 'fast-check'
import { join } from 'node:path'
import { readdirSync, readFileSync } from 'node:fs'
import ts from 'typescript'
import { casesFor } from '../../laws/primitive.ts'
import { ranges } from '../../laws/oracles/interval.ts'
import { seriesArrays } from '../../laws/oracles/series.ts'
import { exactly } from '../../laws/theorems/elsewhere.ts'
import { statements } from '../../laws/theorems/statements.ts'
import { applied, type Term, terms, variable } from '../../laws/theorems/term.ts'
import { loweringOf } from '../../src/compile/lowering.ts'
import type { PrimitiveName, Word } from '../../src/primitive/algebra.ts'
import type { AnyPrimitive, Interval, Primitive } from '../../src/primitive/primitive.ts'
import { table } from '../../src/primitive/table.ts'
import { apply } from '../../src/tape/vocabulary.ts'
import { tensor } from '../../src/tensor/construct.ts'
import { type Dims, sizeOf } from '../../src/tensor/dims.ts'
import { toFlatArray } from '../../src/tensor/read.ts'
import { vjp } from '../../src/transform/grad.ts'
import { type Comment, commentOf } from './comments.ts'
import { showFormula, showNumber } from './formula.ts'

/** The table of primitives, a row each, from the rows of the library's table and the laws that hold them. */

export interface PrimitiveRow {
  readonly name: PrimitiveName
  readonly formula: string
  readonly shape: string
  readonly pullback: string
  readonly domain: string
  readonly kinks: string
  readonly orders: string
  readonly heldBy: string
  readonly compiled: string
}

const root = join(__dirname, '../..')

const parsed = (name: string): ts.SourceFile => {
  const path = join(root, 'src/primitive', name)
  return ts.createSourceFile(path, readFileSync(path, 'utf8'), ts.ScriptTarget.ES2022, true)
}

/** What each primitive computes: the comments of the vocabulary; of those that are no word of it, those of their rows. */
const commentsOfPrimitives = (): ReadonlyMap<string, Comment> => {
  const vocabulary = parsed('algebra.ts')
  const words = vocabulary.statements
    .filter(ts.isInterfaceDeclaration)
    .filter(({ name }) => name.text === 'Algebra')
    .flatMap(({ members }) =>
      members.map((member) => [member.name?.getText(vocabulary) ?? '', commentOf(member)] as const)
    )
  const rows = readdirSync(join(root, 'src/primitive')).flatMap((name) => {
    const source = parsed(name)
    return source.statements
      .filter(ts.isVariableStatement)
      .flatMap(({ declarationList }) =>
        declarationList.declarations.map((one) => [one.name.getText(source), commentOf(one)] as const)
      )
  })
  return new Map([...rows, ...words])
}

const intervalText = ({ min, max, avoid }: Interval): string =>
  `${showNumber(min)} to ${showNumber(max)}${avoid.length === 0 ? '' : `, not near ${avoid.map(showNumber).join(', ')}`}`

const isPointwise = (p: AnyPrimitive): boolean => {
  const { _tag } = loweringOf(p)
  return _tag === 'Pointwise' || (_tag === 'Host' && p.reach === 'element')
}

const letters = ['a', 'b', 'c']

/** Settings and shapes to show a rule on: of the smallest among some that leave no axis empty. */
const sampleOf = (p: Primitive): { readonly params: unknown; readonly shapes: readonly Dims[] } => {
  if (isPointwise(p)) {
    const [first] = fc.sample(casesFor(p).fits, { seed: 3, numRuns: 1 })
    return { params: first?.params, shapes: Array.from({ length: p.arity as number }, () => []) }
  }
  const size = ({ shapes }: { readonly shapes: readonly Dims[] }) => shapes.reduce((sum, dims) => sum + sizeOf(dims), 0)
  const isWide = ({ shapes }: { readonly shapes: readonly Dims[] }) =>
    shapes.every((dims) => dims.length > 0 && dims.every((n) => n > 1))
  return fc
    .sample(casesFor(p).fits, { seed: 1, numRuns: 500 })
    .filter(isWide)
    .reduce((best, each) => (size(each) < size(best) ? each : best))
}

/** The vocabulary of formulas, in which a range is a name. */
const formulas: typeof terms = {
  ...terms,
  range: (count, step) => variable(`range(${count}, ${step})`, [count])
}

/** More than that is read in the rule itself. */
const LONGEST = 500

/** What the rule of reverse mode gives for each input, in the words of the vocabulary. */
const pullbackOf = (p: Primitive): string => {
  const { params, shapes } = sampleOf(p)
  const inputs = shapes.map((dims, i) => variable(shapes.length === 1 ? 'x' : (letters[i] ?? ''), dims))
  const { dims } = applied(p, params, inputs)
  return inputs
    .flatMap((x, i) => {
      if (!p.differentiable(i)) return []
      const made: Term = p.vjp(formulas, params, inputs, variable('y', dims), variable('ct', dims), i, null)
      const text = showFormula(made)
      if (text.length > LONGEST) return ['a rule of its own']
      return [`${inputs.length === 1 ? '' : `${(x as { readonly name: string }).name}: `}\`${text}\``]
    })
    .join('; ')
}

/** The value and the slope of a function of one number at the points that its domain avoids. */
const kinksOf = (p: Primitive): string =>
  (p.domain[0]?.avoid ?? [])
    .map((point) => {
      const x = tensor([point])
      const f = (t: typeof x) => apply(p, sampleOf(p).params, [t])
      const { value, pullback } = vjp(f as (t: typeof x) => typeof x)(x)
      const [y = '', slope = ''] = [value, pullback(tensor([1]))].map((one) => showNumber(toFlatArray(one)[0] ?? NaN))
      return `f(${showNumber(point)}) = ${y}, f′(${showNumber(point)}) = ${slope}`
    })
    .join('; ')

const isDifferentiable = (p: AnyPrimitive): boolean =>
  Array.from({ length: p.arity === 'any' ? 1 : p.arity }).some((_, i) => p.differentiable(i))

const heldBy = (p: AnyPrimitive): string => {
  const theorems = statements().filter(({ primitive }) => primitive === p.name).length
  return [
    ...(theorems > 0 ? [`${theorems} [theorems](theorems.md#${p.name.toLowerCase()})`] : []),
    ...((exactly as readonly string[]).includes(p.name) ? ['exact arithmetic'] : []),
    ...(seriesArrays.knows(p.name) ? ['power series'] : []),
    ...(ranges.knows(p.name) ? ['intervals'] : []),
    '`laws.primitive`'
  ].join(', ')
}

const howCompiled = (p: AnyPrimitive): string => {
  const lowering = loweringOf(p)
  switch (lowering._tag) {
    case 'Pointwise':
      return 'fused'
    case 'View':
      return 'a view, no copy'
    case 'Reduction':
    case 'Product':
    case 'Kernel':
      return 'in the program'
    case 'Host':
      return 'by a loop of the host'
  }
}

/** The primitives of transformations, which no operation is made of alone. */
export const inside: readonly string[] = ['scan', 'labels', 'leaf']

/** All rows, in the order of the table; a cell that is empty fails a test. */
export const primitiveRows = (): readonly PrimitiveRow[] => {
  const comments = commentsOfPrimitives()
  return Object.values(table as Readonly<Record<string, AnyPrimitive>>)
    .filter(({ name }) => !inside.includes(name))
    .map((p): PrimitiveRow => {
      const { text = '', tags = new Map<string, string>() } = comments.get(p.name) ?? {}
      const one = p as Primitive
      const smooth = isDifferentiable(p)
      return {
        name: p.name as Word,
        formula: text,
        shape: tags.get('shape') ?? (isPointwise(one) ? (p.arity === 1 ? 'of x' : 'broadcast') : ''),
        pullback: !smooth
          ? 'none'
          : p.multipleResults === true
            ? 'of several results, by a rule of its own'
            : pullbackOf(one),
        domain: smooth
          ? p.domain
              .map(intervalText)
              .filter((each, i, all) => all.indexOf(each) === i)
              .join(' and ')
          : 'any',
        kinks: smooth ? (tags.get('kinks') ?? ((p.arity === 1 ? kinksOf(one) : '') || 'smooth')) : 'derivative 0',
        orders: smooth ? '1 to 4' : 'none',
        heldBy: heldBy(p),
        compiled: howCompiled(p)
      }
    })
}
