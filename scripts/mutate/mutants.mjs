// The mutants of a TypeScript file: each is one small change of its text, of a kind that people make by mistake.
import ts from 'typescript'

const { SyntaxKind: kind } = ts

const arithmetic = {
  '+': '-',
  '-': '+',
  '*': '/',
  '/': '*',
  '%': '*',
  '**': '*',
  '<<': '>>',
  '>>': '<<',
  '>>>': '<<',
  '&': '|',
  '|': '&',
  '^': '&',
  '+=': '-=',
  '-=': '+=',
  '*=': '/=',
  '/=': '*=',
  '|=': '&=',
  '&=': '|=',
  '++': '--',
  '--': '++'
}
const comparison = { '<': '<=', '<=': '<', '>': '>=', '>=': '>', '===': '!==', '!==': '===' }
const logic = { '&&': '||', '||': '&&' }
const opposites = { max: 'min', min: 'max', some: 'every', every: 'some', floor: 'ceil', ceil: 'floor' }
const steps = ['slice', 'subarray', 'filter', 'reverse', 'toReversed', 'sort', 'toSorted', 'fill']

const isTypeOnly = (node) =>
  ts.isTypeNode(node) ||
  ts.isInterfaceDeclaration(node) ||
  ts.isTypeAliasDeclaration(node) ||
  ts.isImportDeclaration(node) ||
  ts.isExportDeclaration(node) ||
  ts.isTypeParameterDeclaration(node)

const isText = (node) =>
  ts.isStringLiteralLike(node) ||
  ts.isTemplateExpression(node) ||
  (ts.isBinaryExpression(node) && (isText(node.left) || isText(node.right))) ||
  (ts.isParenthesizedExpression(node) && isText(node.expression))

/** `0` in `xs[i] ?? 0`: the compiler asks for it where an index is in range, and it is never reached. */
const isFallback = (node) =>
  ts.isNumericLiteral(node) &&
  ts.isBinaryExpression(node.parent) &&
  node.parent.operatorToken.kind === kind.QuestionQuestionToken &&
  ts.isElementAccessExpression(node.parent.left)

const commutative = /(^|\.)(add|mul|max|min|maximum|minimum|addF64|mulF64|dot|inner|equal|is|isSame|sameDims)$/

/** An operator under a few tables, each with the name of its kind. */
const swapped = (text, tables) =>
  tables.flatMap(([name, table]) => (Object.hasOwn(table, text) ? [{ kind: name, after: table[text] }] : []))

const another = (text) => {
  const value = Number(text.replaceAll('_', ''))
  // 0 -> 1, n -> n + 1; of a number too large to have a next one, the half
  return Number.isNaN(value) ? [] : [{ kind: 'constant', after: String(value + 1 === value ? value / 2 : value + 1) }]
}

/** The mutants at one node, each the node that is replaced and the text that it becomes. */
const at = (node, file) => {
  const textOf = (each) => each.getText(file)
  const replaced = (of, name, after) => [{ node: of, kind: name, after }]
  if (ts.isBinaryExpression(node)) {
    const tables = [['comparison', comparison], ['logic', logic], ...(isText(node) ? [] : [['arithmetic', arithmetic]])]
    return swapped(textOf(node.operatorToken), tables).map((each) => ({ ...each, node: node.operatorToken }))
  }
  if (ts.isPrefixUnaryExpression(node)) {
    if (node.operator === kind.MinusToken) return replaced(node, 'unary minus', textOf(node.operand))
    if (node.operator === kind.ExclamationToken) return replaced(node, 'negation', textOf(node.operand))
  }
  if (ts.isPrefixUnaryExpression(node) || ts.isPostfixUnaryExpression(node)) {
    const [before, after] = node.operator === kind.PlusPlusToken ? ['++', '--'] : ['--', '++']
    const changes = [kind.PlusPlusToken, kind.MinusMinusToken].includes(node.operator)
    return changes ? replaced(node, 'arithmetic', textOf(node).replace(before, after)) : []
  }
  if (isFallback(node)) return []
  if (ts.isNumericLiteral(node)) return another(textOf(node)).map((each) => ({ ...each, node }))
  if (node.kind === kind.TrueKeyword) return replaced(node, 'boolean', 'false')
  if (node.kind === kind.FalseKeyword) return replaced(node, 'boolean', 'true')
  if (ts.isConditionalExpression(node)) return replaced(node.condition, 'condition', `!(${textOf(node.condition)})`)
  if (ts.isIfStatement(node))
    return [
      ...replaced(node.expression, 'condition', `!(${textOf(node.expression)})`),
      ...replaced(node.thenStatement, 'statement', '{}')
    ]
  if (ts.isExpressionStatement(node) || ts.isThrowStatement(node)) return replaced(node, 'statement', ';')
  if (ts.isPropertyAccessExpression(node) && Object.hasOwn(opposites, node.name.text))
    return replaced(node.name, 'opposite', opposites[node.name.text])
  if (ts.isCallExpression(node)) {
    const [a, b] = node.arguments
    const pairs =
      node.arguments.length === 2 &&
      !commutative.test(textOf(node.expression)) &&
      ts.isIdentifier(a) &&
      ts.isIdentifier(b) &&
      a.text !== b.text
        ? replaced(node, 'arguments', `${textOf(node.expression)}(${b.text}, ${a.text})`)
        : []
    const called = node.expression
    const isStep = ts.isPropertyAccessExpression(called) && steps.includes(called.name.text)
    // `op.slice(x, …)` is an operation of the vocabulary, not a step of a chain
    const isMethod = isStep && !(ts.isIdentifier(called.expression) && /^(op|tensors)$/.test(called.expression.text))
    const same =
      node.arguments.length === 1 && (ts.isIdentifier(a) || ts.isCallExpression(a)) && ts.isIdentifier(called)
        ? replaced(node, 'call', textOf(a))
        : []
    return [...pairs, ...(isMethod ? replaced(node, 'step', textOf(called.expression)) : []), ...same]
  }
  return []
}

/** All mutants of a file, in the order of its text. */
export const mutantsOf = (path, text) => {
  const file = ts.createSourceFile(path, text, ts.ScriptTarget.Latest, true)
  const lines = text.split('\n')
  const walk = (node) => (isTypeOnly(node) ? [] : [...at(node, file), ...node.getChildren(file).flatMap(walk)])
  return walk(file).map(({ node, kind: name, after }) => {
    const [start, end] = [node.getStart(file), node.getEnd()]
    const { line, character } = file.getLineAndCharacterOfPosition(start)
    return {
      file: path,
      line: line + 1,
      column: character + 1,
      source: lines[line].trim(),
      kind: name,
      start,
      end,
      before: text.slice(start, end),
      after
    }
  })
}

/** The text of a file with one mutant in it. */
export const planted = (text, { start, end, after }) => text.slice(0, start) + after + text.slice(end)

/** A list in an order that a seed decides (mulberry32, Fisher–Yates). */
export const shuffled = (items, seed) => {
  const state = { value: seed >>> 0 }
  const next = () => {
    state.value = (state.value + 0x6d2b79f5) >>> 0
    const a = Math.imul(state.value ^ (state.value >>> 15), state.value | 1)
    const b = (a + Math.imul(a ^ (a >>> 7), a | 61)) ^ a
    return ((b ^ (b >>> 14)) >>> 0) / 2 ** 32
  }
  const result = [...items]
  for (let i = result.length - 1; i > 0; i--) {
    const j = Math.floor(next() * (i + 1))
    ;[result[i], result[j]] = [result[j], result[i]]
  }
  return result
}

const brief = (text) => text.replace(/\s+/g, ' ')

/** Whether an entry of the list of equivalent mutants means this one; by the text of its line, as numbers of lines move. */
export const isKnown = (entry, mutant) =>
  entry.file === mutant.file &&
  entry.source === mutant.source &&
  entry.before === brief(mutant.before) &&
  entry.after === brief(mutant.after) &&
  (entry.column === undefined || entry.column === mutant.column)

/** `src/a.ts:3:7 x + y: + -> -`, and what one writes into the list of equivalent mutants. */
export const show = ({ file, line, column, source, before, after }) =>
  `${file}:${line}:${column}  ${source}\n    ${brief(before)}  ->  ${brief(after)}`
export const entryOf = ({ file, source, column, before, after }) => ({
  file,
  source,
  column,
  before: brief(before),
  after: brief(after)
})
