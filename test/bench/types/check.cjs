// Prints the seconds of the processor's time that the compiler takes to load a file, with all that it imports, and to check
// it. Other work on the machine hardly changes them, and on an idle one they are about the clock's, or more.
const { readFileSync } = require('node:fs')
const { resolve } = require('node:path')
const ts = require('typescript')

const { config } = ts.readConfigFile('tsconfig.json', (path) => readFileSync(path, 'utf8'))
const { options } = ts.parseJsonConfigFileContent(config, { ...ts.sys, readDirectory: () => [] }, process.cwd())
const file = resolve(process.argv[2])

const began = process.cpuUsage()
const program = ts.createProgram([file], options)
const faults = program.getSemanticDiagnostics(program.getSourceFile(file))
const { user, system } = process.cpuUsage(began)

if (faults.length > 0) throw new Error(ts.flattenDiagnosticMessageText(faults[0].messageText, '\n'))
console.log((user + system) / 1e6)
