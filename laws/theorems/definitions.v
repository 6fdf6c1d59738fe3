(* Definitions and tactics that the statements of the rules rest on. Every lemma here is proved; nothing is assumed. *)
Require Import Reals Lra Psatz.
From Coquelicot Require Import Coquelicot.
Open Scope R_scope.

(* The argument of the gate of geluTanh is gate x / 2 in the usual notation: sqrt (2 / PI) * (x + 0.044715 * x ^ 3). *)
Definition gateLinear : R := sqrt (8 / PI).
Definition gateCubic : R := 44715 / 1000000 * gateLinear.
Definition gate (x : R) : R := sqrt (2 / PI) * (x + 44715 / 1000000 * (x * x * x)).
