import type { PrimitiveName } from '../../src/primitive/algebra.ts'

/** A theorem to prove: what a rule of the table says on a derivative, in Coq. */
export interface Statement {
  readonly name: string
  readonly primitive: PrimitiveName
  /** What it holds for all of, with types. */
  readonly binders: string
  readonly domain: readonly string[]
  /** A function and a point, as in `is_derive (fun x => ct * tanh x) x`. */
  readonly of: string
  /** The derivative there, as the rule gives it. */
  readonly is: string
  readonly tactic: string
}

export const proposition = ({ binders, domain, of, is }: Statement): string =>
  `forall ${binders},\n  ${[...domain, `${of}\n    (${is})`].join(' ->\n  ')}`

/** The statement with its proof. */
const theorem = (statement: Statement): string =>
  [
    `Theorem ${statement.name} : ${proposition(statement)}.`,
    `Proof. intros. ${statement.tactic}. Qed.`,
    `Goal True. idtac "${MARK} ${statement.name}". Abort.`
  ].join('\n')

/** What stands before the name of a theorem, or of an attempt, in Coq's output. */
export const MARK = '>>>'

const header =
  'Require Import Reals. From Coquelicot Require Import Coquelicot.\nRequire Import Words.\nOpen Scope R_scope.\n'

/** A file of theorems, and the axioms that they rest on: Coq accepts it when it accepts every proof. */
export const theoremsFile = (statements: readonly Statement[]): string =>
  [
    header,
    ...statements.map(theorem),
    `Definition everything := (${statements.map(({ name }) => name).join(', ')}).\nPrint Assumptions everything.\n`
  ].join('\n\n')

/** Seconds an attempt may take; a proof takes a tenth of one. */
const LIMIT = 60

/** A file that tries each proof, and says of each statement whether it is proved or refused. */
export const attemptsFile = (statements: readonly Statement[]): string =>
  [
    header,
    ...statements.map((statement) =>
      [
        `Goal ${proposition(statement)}.`,
        `intros. first [timeout ${LIMIT} (solve [${statement.tactic}]); idtac "${MARK} ${statement.name} proved" | idtac "${MARK} ${statement.name} refused"].`,
        'Abort.'
      ].join('\n')
    )
  ].join('\n\n')
