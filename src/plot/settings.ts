import { fail, showGiven } from '../tensor/errors.ts'
import { asArray, asFlag, asSettings, asText } from '../tensor/given.ts'

/** The checks on settings of pictures: settings of one name are of one kind everywhere. */

type Check = (what: string, value: never) => unknown

const isScale: Check = (what, value: unknown) =>
  value === 'linear' || value === 'log'
    ? value
    : fail('ValueError', `${what} must be linear or log, got ${showGiven(value)}`)

const areTexts: Check = (what, values: readonly string[]) =>
  Array.from(asArray(what, 'an array of text', values), (value, i) => asText(`${what}[${i}]`, value))

const checks: Readonly<Record<string, Check>> = {
  title: asText,
  xTitle: asText,
  yTitle: asText,
  valueTitle: asText,
  xScale: isScale,
  yScale: isScale,
  scale: isScale,
  color: asFlag,
  derivative: asFlag,
  shared: asFlag,
  classNames: areTexts,
  inputNames: areTexts,
  figures: areTexts
}

/** Settings of which every one that is given is known and of its kind; numbers are looked at where they are used. */
export const checked = <T extends object>(what: string, settings: T, known: readonly string[]): T => {
  const given = asSettings(what, 'settings such as { title: "…" }', settings, known) as Readonly<
    Record<string, unknown>
  >
  Object.entries(checks).forEach(([name, check]) => {
    if (given[name] !== undefined) check(`${what}: ${name}`, given[name] as never)
  })
  return settings
}
