/**
 * What arguments and settings have to be, declared as data: a kind is a description and a predicate. Doors look at values
 * by it, codecs of settings files decode by it, and tests draw wrong values by it. Nothing here computes.
 */
export {
  anyFunction,
  anything,
  callable,
  either,
  type Kind,
  kind,
  list,
  listOf,
  mustBe,
  name,
  no,
  oneOf,
  text,
  yesOrNo
} from './kind.ts'
export {
  anyNumber,
  count,
  decay,
  finite,
  index,
  notNegative,
  number,
  positive,
  probability,
  safeInteger,
  shape,
  share,
  size
} from './number.ts'
export { record, recordOf, tagged } from './record.ts'
export { type Field, type Fields, type Given, type Read, type Settings, settings } from './settings.ts'
