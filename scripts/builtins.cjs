// ts-node's REPL declares every module of Node as a name. From Node 23.5 on the list has names such as `node:sqlite`, which
// are no identifiers, and each line typed would be told to be wrong. tsconfig.json has ts-node load this first.
const modules = require('node:module')

modules.builtinModules = modules.builtinModules.filter((name) => !name.startsWith('node:'))
