/** Command lines, read by Node's own parser. */
import { parseArgs, type ParseArgsConfig } from 'node:util'
import * as E from 'fp-ts/lib/Either.js'
import { pipe } from 'fp-ts/lib/function.js'

/** The flags of both commands. */
export const common = {
  quiet: { type: 'boolean', default: false },
  seed: { type: 'string', default: '0' },
  help: { type: 'boolean', default: false }
} as const

type Options = NonNullable<ParseArgsConfig['options']>

const read = <O extends Options>(options: O, words: readonly string[]) =>
  parseArgs({ args: [...words], options, allowPositionals: true, tokens: true })

/** The first sentence of an error. */
const sentence = (error: unknown): string =>
  (error instanceof Error ? error.message : String(error)).replace(/\.\s[^]*$/, '')

/** A flag that is given twice, or with an empty value: Node accepts both silently. */
const odd = (tokens: readonly { readonly kind: string }[]): string | undefined => {
  const options = tokens.filter(
    (token): token is { readonly kind: 'option'; readonly name: string; readonly value: string | undefined } =>
      token.kind === 'option'
  )
  const twice = options.find(({ name }, i) => options.findIndex((other) => other.name === name) < i)
  const empty = options.find(({ value }) => value?.trim() === '')
  return twice !== undefined
    ? `--${twice.name} is given more than once`
    : empty !== undefined
      ? `--${empty.name} needs a value, got nothing`
      : undefined
}

/** The flags and the positional arguments, or a message on the first fault. */
export const parsed = <O extends Options>(
  options: O,
  words: readonly string[]
): E.Either<string, ReturnType<typeof read<O>>> =>
  pipe(
    E.tryCatch(() => read(options, words), sentence),
    E.flatMap((found) => {
      const fault = odd(found.tokens)
      return fault === undefined ? E.right(found) : E.left(fault)
    })
  )

/** A seed of random keys. */
export const seedOf = (text: string): E.Either<string, number> =>
  Number.isSafeInteger(Number(text))
    ? E.right(Number(text))
    : E.left(`--seed needs a whole number within ±(2^53 − 1), got ${JSON.stringify(text)}`)
