import * as TE from 'fp-ts/lib/TaskEither.js'
import { reasonOf, type ReportError } from './error.ts'
import { asText } from '../tensor/given.ts'

/** As much of Node's file system as is used here. */
interface Files {
  readonly mkdir: (path: string, options: { readonly recursive: true }) => Promise<unknown>
  readonly writeFile: (path: string, text: string, options: { readonly flag: 'wx' }) => Promise<void>
  readonly rename: (from: string, to: string) => Promise<void>
  readonly rm: (path: string, options: { readonly force: true }) => Promise<void>
}

interface Runtime {
  readonly process?: { readonly pid: number; readonly getBuiltinModule?: (name: string) => unknown }
}

/** Node's file system, asked for at run time, so that the package loads in a browser and no bundler looks for it. */
const files = (): Files => {
  const { process } = globalThis as Runtime
  const module = process?.getBuiltinModule?.('node:fs/promises') as Files | undefined
  if (module === undefined) {
    // eslint-disable-next-line functional/no-throw-statements -- caught below, where it becomes a value
    throw new Error('files can be written in Node only')
  }
  return module
}

const folderOf = (path: string): string => /^(.*)[\\/][^\\/]*$/.exec(path)?.[1] ?? '.'

/**
 * Writes a text to a file, folder included, all of it or nothing: it is written beside its place first and then moved
 * there, so that a reader sees the old file or the new one.
 *
 * @throws ValueError when path or text is no text
 * @example
 * import { strictEqual } from 'assert'
 * import { mkdtempSync, readFileSync } from 'fs'
 * import { tmpdir } from 'os'
 * import { join } from 'path'
 * import { writeFile } from 'grad-ts/report'
 *
 * const path = join(mkdtempSync(join(tmpdir(), 'report-')), 'charts', 'first.svg')
 * await writeFile(path)('<svg/>')()
 * strictEqual(readFileSync(path, 'utf8'), '<svg/>')
 * @category rendering
 * @since 0.1.0
 */
export const writeFile = (path: string) => {
  asText('writeFile: path', path)
  return (text: string): TE.TaskEither<ReportError, void> => {
    asText('writeFile', text)
    return TE.tryCatch(
      async () => {
        const { mkdir, writeFile: write, rename, rm } = files()
        const temporary = `${path}.${crypto.randomUUID()}.tmp`
        await mkdir(folderOf(path) === '' ? '/' : folderOf(path), { recursive: true })
        await write(temporary, text, { flag: 'wx' })
          .then(() => rename(temporary, path))
          .catch(async (error: unknown) => {
            await rm(temporary, { force: true })
            // eslint-disable-next-line functional/no-throw-statements -- caught below, where it becomes a value
            throw error
          })
      },
      (error): ReportError => ({ _tag: 'WriteFailed', path, message: reasonOf(error) })
    )
  }
}
