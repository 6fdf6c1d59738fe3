(* Definitions and tactics that the statements of the rules rest on. Every lemma here is proved; nothing is assumed. *)
Require Import Reals Lra Psatz Lia Arith FunctionalExtensionality.
From Coquelicot Require Import Coquelicot.
Open Scope R_scope.

(* The argument of the gate of gelu with the tangent is gate x / 2 in the usual notation: sqrt (2 / PI) * (x + 0.044715 * x ^ 3). *)
Definition gateLinear : R := sqrt (8 / PI).
Definition gateCubic : R := 44715 / 1000000 * gateLinear.
Definition gate (x : R) : R := sqrt (2 / PI) * (x + 44715 / 1000000 * (x * x * x)).

(* Vectors of n + 1 numbers are functions of an index from 0 to n: their sum, and one with a number put in. *)
Definition total (f : nat -> R) (n : nat) : R := sum_n f n.
Definition put (x : nat -> R) (j : nat) (s : R) (k : nat) : R := if Nat.eqb k j then s else x k.

(* The words. *)
