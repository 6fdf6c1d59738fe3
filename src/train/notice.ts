/** What a run has to say that is no error: once for each problem, as a warning on the console. */

// Which problems were told of; it changes nothing but what is printed.
const told = new WeakSet()

/** Warns that a problem is trained by the reference, and why. */
export const sayOnce = (problem: object, reason: string): void => {
  if (told.has(problem)) return
  told.add(problem)
  globalThis.console.warn(
    `fit: this problem is trained without a program, which takes longer: ${reason}; set compile to false to say that this is meant`
  )
}
