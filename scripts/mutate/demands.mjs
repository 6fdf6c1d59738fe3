// What a run of mutants must be given, and must have done.

/** The whole number that an option gives. */
export const wholeNumber = (name, text, least) => {
  const value = Number(text)
  if (/^\d+$/.test(text) && value >= least) return value
  throw new Error(`mutate: --${name} is a whole number of at least ${least}, not '${text}'`)
}

/** Why a run that should have judged mutants says nothing; null when it does. */
export const idleness = ({ list, judged }) =>
  list || judged.length > 0
    ? null
    : 'mutate: no mutant was judged: no mutant of these files fits --match, --again and --known; --list shows those that do'
