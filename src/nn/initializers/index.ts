/** Initialisers: random starting values of parameters, scaled so that signals keep their variance from layer to layer. */
export {
  constant,
  glorotNormal,
  glorotUniform,
  heNormal,
  heUniform,
  type Initializer,
  lecunNormal,
  lecunUniform,
  normal,
  uniform
} from './initializer.ts'
