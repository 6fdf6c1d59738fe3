import { elsewhere } from './names.ts'
import { type OperationRow, operationRows } from './operations.ts'
import { type PrimitiveRow, primitiveRows } from './primitives.ts'

/** The pages of the reference, in Markdown. */

const cell = (text: string): string => text.replaceAll('|', '\\|')

const tableOf = (titles: readonly string[], rows: readonly (readonly string[])[]): string =>
  [titles, titles.map(() => '---'), ...rows].map((row) => `| ${row.map(cell).join(' | ')} |`).join('\n')

const written = 'Written by `npm run docs` from the table of primitives, the doc comments and the laws; do not edit it.'

/** What the pages show. */
export interface Rows {
  readonly operations: readonly OperationRow[]
  readonly primitives: readonly PrimitiveRow[]
}

/** The page of operations. */
const operationsPage = ({ operations, primitives }: Rows): string => {
  const categories = [...new Set(operations.map(({ category }) => category))]
  return [
    '# Operations',
    written,
    `The ${operations.length} operations of tensors, and the ${primitives.length} primitives that they are made of. An operation has the derivatives of its ` +
      'primitives, of every order, by both modes; the domain, the kinks and the rules are in the table of primitives.',
    '## How to read the tables',
    [
      '- _shape_: `S` is any shape, `...S` any further axes. _of x_: the shape of the input. _broadcast_: one operand stretches to the shape of the other.',
      '- _compiled_, in a program that `compile` makes: _a view_ moves nothing; what is _fused_ is computed element by element together with its neighbours; _in the program_ is a loop of WebAssembly of its own; _by a loop of the host_, the program calls the reference loop.',
      '- Every operation is run by the laws: compiled against not compiled, single against double precision, mapped by `vmap` against one by one, and its derivatives against numbers.',
      '- _pullback_: what the rule of reverse mode gives for each input from the cotangent `ct` of the result `y`, in the words of the table, with some settings and shapes as an example. It is itself differentiated for the orders above.',
      '- _tried on_: where the laws draw the inputs; the operation may be defined on more.',
      '- _at kinks_: the value and the slope that are given there.',
      '- _held by_: theorems over the real numbers that Coq has checked; exact arithmetic on integers; power series to the fourth order; intervals that enclose; and the laws of every primitive, `laws.primitive`.'
    ].join('\n'),
    ...categories.flatMap((category) => [
      `## ${category.slice(0, 1).toUpperCase()}${category.slice(1)}`,
      tableOf(
        ['operation', 'what it computes', 'shape', 'made of', 'compiled'],
        operations
          .filter((row) => row.category === category)
          .map(({ name, what, shape, madeOf, compiled }) => [`\`${name}\``, what, shape, madeOf, compiled])
      )
    ]),
    '## Primitives',
    tableOf(
      ['primitive', 'what it computes', 'shape', 'pullback', 'tried on', 'at kinks', 'orders', 'held by', 'compiled'],
      primitives.map(({ name, formula, shape, pullback, domain, kinks, orders, heldBy, compiled }) => [
        `\`${name}\``,
        formula,
        shape,
        pullback,
        domain,
        kinks,
        orders,
        heldBy,
        compiled
      ])
    )
  ].join('\n\n')
}

/** The page of names in other libraries. */
const namesPage = ({ operations }: Rows): string =>
  [
    '# If you know NumPy, JAX, PyTorch or TensorFlow.js',
    `${written.replace('the laws', 'a list of names')} What each operation is called there; settings may differ, which the [page of operations](../../laws/operations.md) and the doc comments say.`,
    'Settings and parameters come first, the data last: `np.subtract(a, b)` is `sub(b)(a)`, so that `pipe(a, sub(b))` reads in order. Broadcasting is one-sided: one operand has the shape of the result.',
    tableOf(
      ['grad-ts', 'NumPy, SciPy', 'JAX', 'PyTorch', 'TensorFlow.js'],
      operations
        .map(({ name }) => [`\`${name}\``, ...(elsewhere.get(name) ?? [])])
        .sort(([a = ''], [b = '']) => a.localeCompare(b))
    )
  ].join('\n\n')

/** All rows; they take the compiler some seconds. */
export const allRows = (): Rows => ({ operations: operationRows(), primitives: primitiveRows() })

/** All pages, by the file that each is. */
export const pages = (rows: Rows): Readonly<Record<string, string>> => ({
  'laws/operations.md': operationsPage(rows),
  'examples/guides/names.md': namesPage(rows)
})
