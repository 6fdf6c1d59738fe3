/** `npm run docs` makes the reference pages without a warning: every link leads somewhere, every tag is known. */
import { Application, LogLevel, PackageJsonReader, TSConfigReader, TypeDocReader } from 'typedoc'
import { describe, expect, it } from 'vitest'

describe('the reference', () => {
  it('is made without a warning, from modules named as they are imported', { timeout: 300_000 }, async () => {
    // types are checked with all others
    const app = await Application.bootstrap({ skipErrorChecking: true }, [
      new PackageJsonReader(),
      new TSConfigReader(),
      new TypeDocReader()
    ])
    const warnings: string[] = []
    app.logger.log = (message, level) => {
      if (level >= LogLevel.Warn) warnings.push(message)
    }
    const project = await app.convert()
    if (project === undefined) throw new Error('typedoc found no project')
    app.validate(project)
    expect(warnings).toEqual([])
    expect(project.children?.map(({ name }) => name)).toEqual([
      'grad-ts',
      'grad-ts/codec',
      'grad-ts/laws',
      'grad-ts/report',
      'grad-ts/terminal'
    ])
  })
})
