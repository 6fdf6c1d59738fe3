// Which mutants the compiler refuses: asked only about those that no test has killed.
import { dirname, join } from 'node:path'
import ts from 'typescript'
import { planted } from './mutants.mjs'

/** The mutants whose file has an error of types that it has not without them. */
export const refusals = (root, mutants) => {
  if (mutants.length === 0) return new Set()
  const path = join(root, 'tsconfig.json')
  const { options } = ts.parseJsonConfigFileContent(
    ts.readConfigFile(path, ts.sys.readFile).config,
    ts.sys,
    dirname(path)
  )
  const state = { version: 0, file: '', text: '' }
  const service = ts.createLanguageService({
    getCompilationSettings: () => options,
    getScriptFileNames: () => [...new Set(mutants.map(({ file }) => join(root, file)))],
    getScriptVersion: (file) => (file === state.file ? `mutant ${state.version}` : '0'),
    getScriptSnapshot: (file) => {
      const text = file === state.file ? state.text : ts.sys.readFile(file)
      return text === undefined ? undefined : ts.ScriptSnapshot.fromString(text)
    },
    getCurrentDirectory: () => root,
    getDefaultLibFileName: ts.getDefaultLibFilePath,
    fileExists: ts.sys.fileExists,
    readFile: ts.sys.readFile,
    readDirectory: ts.sys.readDirectory,
    directoryExists: ts.sys.directoryExists,
    getDirectories: ts.sys.getDirectories
  })
  const errors = (file) => [...service.getSyntacticDiagnostics(file), ...service.getSemanticDiagnostics(file)].length
  return new Set(
    mutants.filter((mutant) => {
      state.file = join(root, mutant.file)
      state.text = planted(ts.sys.readFile(state.file), mutant)
      state.version++
      return errors(state.file) > 0
    })
  )
}
