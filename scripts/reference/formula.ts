import type { Term } from '../../laws/theorems/term.ts'

/** Formulas of rules in the notation of a page. */

const infix: Readonly<Record<string, readonly [symbol: string, strength: number]>> = {
  where: ['', 0],
  greater: [' > ', 1],
  greaterEqual: [' ≥ ', 1],
  equal: [' = ', 1],
  add: [' + ', 2],
  sub: [' − ', 2],
  mul: [' · ', 3],
  div: [' / ', 3]
}

/** A number of a page. */
export const showNumber = (value: number): string =>
  value === Infinity ? '∞' : value === -Infinity ? '−∞' : String(value).replace('-', '−')

/** A record of settings as one would write it. */
const settingsText = (params: unknown): string =>
  Object.entries(params as object)
    .map(([name, value]) => `${name} = ${Array.isArray(value) ? `[${value.join(', ')}]` : showNumber(value as number)}`)
    .join(', ')

/** A formula, in brackets where its surroundings bind more strongly. */
export const showFormula = (term: Term, around = 0): string => {
  if (term._tag === 'variable') return term.name
  if (term._tag === 'constant') return showNumber(term.value)
  const { word, inputs, params } = term
  const bracketed = (text: string, strength: number): string => (strength < around ? `(${text})` : text)
  const [symbol, strength] = infix[word] ?? ['', 0]
  const shown = (inside: number): readonly string[] => inputs.map((input) => showFormula(input, inside))
  if (word === 'neg') return bracketed(`−${shown(3).join('')}`, 2)
  if (word === 'square') return `${shown(9).join('')}²`
  if (symbol !== '') {
    // a − (b − c) and a / (b · c) keep their brackets
    const [left = '', right = ''] = inputs.map((input, i) =>
      showFormula(input, i === 1 && (word === 'sub' || word === 'div') ? strength + 1 : strength)
    )
    return bracketed(`${left}${symbol}${right}`, strength)
  }
  const settings = settingsText(params)
  return `${word}(${shown(0).join(', ')}${settings === '' ? '' : `; ${settings}`})`
}
