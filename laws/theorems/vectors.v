(* Vectors of n + 1 numbers, as functions of an index. *)
Lemma sum_step (f : nat -> R) n : total f (S n) = total f n + f (S n).
Proof. exact (sum_Sn f n). Qed.
Lemma sum_first (f : nat -> R) : total f 0 = f 0%nat.
Proof. exact (sum_O f). Qed.
Lemma sum_same (f g : nat -> R) n : (forall k, (k <= n)%nat -> f k = g k) -> total f n = total g n.
Proof. intros. unfold total. apply sum_n_ext_loc. assumption. Qed.
Lemma sum_scale c (f : nat -> R) n : total (fun k => c * f k) n = c * total f n.
Proof. induction n; rewrite ?sum_first, ?sum_step; [| rewrite IHn]; ring. Qed.
Lemma sum_of_sums (f g : nat -> R) n : total (fun k => f k + g k) n = total f n + total g n.
Proof. induction n; rewrite ?sum_first, ?sum_step; [| rewrite IHn]; ring. Qed.
Lemma sum_positive (f : nat -> R) n : (forall k, 0 < f k) -> 0 < total f n.
Proof.
  intros p. induction n; rewrite ?sum_first, ?sum_step; [apply p |]. apply Rplus_lt_0_compat; [exact IHn | apply p].
Qed.
Lemma sum_zero (f : nat -> R) n : (forall k, (k <= n)%nat -> f k = 0) -> total f n = 0.
Proof.
  intros z. rewrite (sum_same f (fun k => 0 * f k)) by (intros k le; rewrite (z k le); ring).
  rewrite sum_scale. ring.
Qed.
Lemma sum_only (f : nat -> R) j n : (j <= n)%nat -> (forall k, (k <= n)%nat -> k <> j -> f k = 0) -> total f n = f j.
Proof.
  induction n; intros le z.
  - rewrite sum_first. f_equal. lia.
  - rewrite sum_step. destruct (Nat.eq_dec j (S n)) as [e | ne].
    + subst j. rewrite sum_zero by (intros; apply z; lia). ring.
    + rewrite IHn by (try lia; intros; apply z; lia). rewrite (z (S n)) by lia. ring.
Qed.
Definition unit_ (j k : nat) : R := if Nat.eqb k j then 1 else 0.
Lemma sum_unit (f : nat -> R) j n : (j <= n)%nat -> total (fun k => unit_ j k * f k) n = f j.
Proof.
  intros le. rewrite (sum_only _ j) by (try exact le; intros k _ ne; unfold unit_; rewrite (proj2 (Nat.eqb_neq k j) ne); ring).
  unfold unit_. rewrite Nat.eqb_refl. ring.
Qed.
Lemma sum_swap (f : nat -> nat -> R) m n :
  total (fun i => total (fun j => f i j) n) m = total (fun j => total (fun i => f i j) m) n.
Proof.
  induction m; [rewrite sum_first; apply sum_same; intros; rewrite sum_first; reflexivity |].
  rewrite sum_step, IHm, <- sum_of_sums. apply sum_same. intros. rewrite sum_step. reflexivity.
Qed.

(* Partial derivatives, by derivatives along every direction. *)
Lemma gradient (F : (nat -> R) -> R) (x g : nat -> R) n j : (j <= n)%nat ->
  (forall t : nat -> R, is_derive (fun s => F (fun k => x k + s * t k)) 0 (total (fun k => t k * g k) n)) ->
  is_derive (fun s => F (put x j s)) (x j) (g j).
Proof.
  intros le along. specialize (along (unit_ j)). rewrite sum_unit in along by exact le.
  apply (is_derive_ext (fun s => F (fun k => x k + (s - x j) * unit_ j k))).
  - intros s. f_equal. apply functional_extensionality. intros k. unfold put, unit_.
    destruct (Nat.eqb k j) eqn:e; [apply Nat.eqb_eq in e; subst k |]; ring.
  - replace (g j) with (scal 1 (g j)) by apply Rmult_1_l.
    apply (is_derive_comp (fun s => F (fun k => x k + s * unit_ j k)) (fun s => s - x j)).
    + replace (x j - x j) with 0 by ring. exact along.
    + auto_derive; trivial.
Qed.

Lemma derive_sum (f : nat -> R -> R) (d : nat -> R) (x : R) n :
  (forall k, is_derive (f k) x (d k)) -> is_derive (fun s => total (fun k => f k s) n) x (total d n).
Proof. intros ds. unfold total. apply (is_derive_sum_n f n x d). intros. apply ds. Qed.
Lemma derive_sumExp n (x t : nat -> R) :
  is_derive (fun s => total (fun k => exp (x k + s * t k)) n) 0 (total (fun k => t k * exp (x k)) n).
Proof.
  apply (derive_sum (fun k s => exp (x k + s * t k))). intros k. auto_derive; [trivial |].
  rewrite Rmult_0_l, Rplus_0_r. ring.
Qed.
Lemma sumExp_positive n (x : nat -> R) : 0 < total (fun k => exp (x k)) n.
Proof. apply sum_positive. intros. apply exp_pos. Qed.
Lemma softmax_positive n x i : 0 < softmax n x i.
Proof. apply Rdiv_lt_0_compat; [apply exp_pos | apply sumExp_positive]. Qed.
Lemma softmax_total n x : total (fun k => softmax n x k) n = 1.
Proof.
  unfold softmax. rewrite (sum_same _ (fun k => / total (fun k => exp (x k)) n * exp (x k))) by (intros; unfold Rdiv; ring).
  rewrite sum_scale. field. apply Rgt_not_eq. apply sumExp_positive.
Qed.
Lemma softmax_mean n x t :
  total (fun k => t k * exp (x k)) n = total (fun k => exp (x k)) n * total (fun k => softmax n x k * t k) n.
Proof.
  rewrite <- sum_scale. apply sum_same. intros. unfold softmax. field. apply Rgt_not_eq. apply sumExp_positive.
Qed.
(* A mean does not depend on what is taken from all. *)
Lemma softmax_shift n x t c :
  total (fun k => softmax n x k * (t k - c)) n = total (fun k => softmax n x k * t k) n - c.
Proof.
  rewrite (sum_same _ (fun k => softmax n x k * t k + - c * softmax n x k)) by (intros; ring).
  rewrite sum_of_sums, sum_scale, softmax_total. ring.
Qed.
Lemma softmax_deviation n x t c d :
  d - c - total (fun k => softmax n x k * (t k - c)) n = d - total (fun k => softmax n x k * t k) n.
Proof. rewrite softmax_shift. ring. Qed.

Lemma derive_ln_of (f : R -> R) x l : is_derive f x l -> 0 < f x -> is_derive (fun s => ln (f s)) x (l / f x).
Proof.
  intros d p. auto_derive; [split; [exists l; exact d | split; [exact p | trivial]] |].
  replace (Derive (fun y => f y) x) with l by (symmetry; apply is_derive_unique; exact d). field. lra.
Qed.
Lemma derive_quotient_of (f g : R -> R) x l m : is_derive f x l -> is_derive g x m -> 0 < g x ->
  is_derive (fun s => f s / g s) x ((l * g x - f x * m) / (g x * g x)).
Proof.
  intros df dg p. auto_derive;
    [split; [exists l; exact df | split; [exists m; exact dg | split; [apply Rgt_not_eq; exact p | trivial]]] |].
  replace (Derive (fun y => f y) x) with l by (symmetry; apply is_derive_unique; exact df).
  replace (Derive (fun y => g y) x) with m by (symmetry; apply is_derive_unique; exact dg). field. lra.
Qed.
Lemma start_exp (x t : nat -> R) n : total (fun k => exp (x k + 0 * t k)) n = total (fun k => exp (x k)) n.
Proof. apply sum_same. intros. f_equal. ring. Qed.
Lemma derive_logSumExp n x t :
  is_derive (fun s => logSumExp n (fun k => x k + s * t k)) 0 (total (fun k => softmax n x k * t k) n).
Proof.
  pose proof (sumExp_positive n x) as p.
  replace (total (fun k => softmax n x k * t k) n)
    with (total (fun k => t k * exp (x k)) n / total (fun k => exp (x k + 0 * t k)) n)
    by (rewrite start_exp, softmax_mean; field; lra).
  apply (derive_ln_of (fun s => total (fun k => exp (x k + s * t k)) n)); [apply derive_sumExp | rewrite start_exp; exact p].
Qed.
Lemma derive_softmax n x t i :
  is_derive (fun s => softmax n (fun k => x k + s * t k) i) 0
    (softmax n x i * (t i - total (fun k => softmax n x k * t k) n)).
Proof.
  pose proof (sumExp_positive n x) as p.
  replace (softmax n x i * (t i - total (fun k => softmax n x k * t k) n))
    with ((t i * exp (x i) * total (fun k => exp (x k + 0 * t k)) n - exp (x i + 0 * t i) * total (fun k => t k * exp (x k)) n)
      / (total (fun k => exp (x k + 0 * t k)) n * total (fun k => exp (x k + 0 * t k)) n)).
  - apply (derive_quotient_of (fun s => exp (x i + s * t i)) (fun s => total (fun k => exp (x k + s * t k)) n)).
    + auto_derive; [trivial | rewrite Rmult_0_l, Rplus_0_r; ring].
    + apply derive_sumExp.
    + rewrite start_exp. exact p.
  - rewrite start_exp, softmax_mean, Rmult_0_l, Rplus_0_r. unfold softmax at 2. field. lra.
Qed.
Lemma derive_logSoftmax n x t i :
  is_derive (fun s => logSoftmax n (fun k => x k + s * t k) i) 0 (t i - total (fun k => softmax n x k * t k) n).
Proof.
  unfold logSoftmax. apply (is_derive_minus (fun s => x i + s * t i) (fun s => logSumExp n (fun k => x k + s * t k))).
  - auto_derive; [trivial | ring].
  - apply derive_logSumExp.
Qed.

(* The derivatives of a sum of outputs, each times its cotangent. *)
Lemma derive_weighted (f : R -> nat -> R) (ct d : nat -> R) n :
  (forall i, is_derive (fun s => f s i) 0 (d i)) ->
  is_derive (fun s => total (fun i => ct i * f s i) n) 0 (total (fun i => ct i * d i) n).
Proof.
  intros ds. apply (derive_sum (fun i s => ct i * f s i)). intros i. apply (is_derive_scal (fun s => f s i)). apply ds.
Qed.
Lemma minus_mean (y t ct : nat -> R) n m :
  total (fun i => ct i * (y i * (t i - m))) n = total (fun k => t k * (y k * ct k)) n - m * total (fun k => y k * ct k) n.
Proof.
  rewrite <- (sum_scale m). rewrite (sum_same _ (fun k => t k * (y k * ct k) + -1 * (m * (y k * ct k)))) by (intros; ring).
  rewrite sum_of_sums, (sum_scale (-1)). ring.
Qed.
Lemma softmax_gradient n x ct j : (j <= n)%nat ->
  is_derive (fun s => total (fun i => ct i * softmax n (put x j s) i) n) (x j)
    (softmax n x j * (ct j - total (fun k => softmax n x k * ct k) n)).
Proof.
  intros le.
  apply (gradient (fun x => total (fun i => ct i * softmax n x i) n) x
    (fun k => softmax n x k * (ct k - total (fun k => softmax n x k * ct k) n)) n j le).
  intros t.
  replace (total (fun k => t k * (softmax n x k * (ct k - total (fun k => softmax n x k * ct k) n))) n)
    with (total (fun i => ct i * (softmax n x i * (t i - total (fun k => softmax n x k * t k) n))) n).
  - apply (derive_weighted (fun s => softmax n (fun k => x k + s * t k))). intros i. apply derive_softmax.
  - rewrite !minus_mean. rewrite (sum_same (fun k => ct k * _) (fun k => t k * (softmax n x k * ct k))) by (intros; ring). ring.
Qed.
Lemma logSumExp_gradient n x ct j : (j <= n)%nat ->
  is_derive (fun s => ct * logSumExp n (put x j s)) (x j) (softmax n x j * ct).
Proof.
  intros le. apply (gradient (fun x => ct * logSumExp n x) x (fun k => softmax n x k * ct) n j le). intros t.
  replace (total (fun k => t k * (softmax n x k * ct)) n) with (ct * total (fun k => softmax n x k * t k) n)
    by (rewrite <- sum_scale; apply sum_same; intros; ring).
  apply (is_derive_scal (fun s => logSumExp n (fun k => x k + s * t k))). apply derive_logSumExp.
Qed.
Lemma logSoftmax_gradient n x ct j : (j <= n)%nat ->
  is_derive (fun s => total (fun i => ct i * logSoftmax n (put x j s) i) n) (x j)
    (ct j - softmax n x j * total ct n).
Proof.
  intros le.
  apply (gradient (fun x => total (fun i => ct i * logSoftmax n x i) n) x
    (fun k => ct k - softmax n x k * total ct n) n j le).
  intros t.
  replace (total (fun k => t k * (ct k - softmax n x k * total ct n)) n)
    with (total (fun i => ct i * (t i - total (fun k => softmax n x k * t k) n)) n).
  - apply (derive_weighted (fun s => logSoftmax n (fun k => x k + s * t k))). intros i. apply derive_logSoftmax.
  - set (m := total (fun k => softmax n x k * t k) n).
    rewrite (sum_same _ (fun i => t i * ct i + - m * ct i)) by (intros; ring).
    rewrite (sum_same (fun k => t k * _) (fun k => t k * ct k + - total ct n * (softmax n x k * t k))) by (intros; ring).
    rewrite !sum_of_sums, (sum_scale (- m)), sum_scale. fold m. ring.
Qed.

(* Of two shares of 1, at most one is more than a half. *)
Lemma sum_at_most (f g : nat -> R) n : (forall k, (k <= n)%nat -> f k <= g k) -> total f n <= total g n.
Proof.
  induction n; intros le; rewrite ?sum_first, ?sum_step; [apply le; lia |].
  apply Rplus_le_compat; [apply IHn; intros; apply le; lia | apply le; lia].
Qed.
Lemma two_shares n x j k : (j <= n)%nat -> (k <= n)%nat -> k <> j -> softmax n x j + softmax n x k <= 1.
Proof.
  intros lej lek ne. rewrite <- (softmax_total n x), <- (sum_unit (softmax n x) j n lej), <- (sum_unit (softmax n x) k n lek).
  rewrite <- sum_of_sums. apply sum_at_most. intros i _. pose proof (softmax_positive n x i). unfold unit_.
  destruct (Nat.eqb i j) eqn:ej; destruct (Nat.eqb i k) eqn:ek; try lra.
  apply Nat.eqb_eq in ej. apply Nat.eqb_eq in ek. lia.
Qed.
Lemma rest_of n x j : (j <= n)%nat ->
  select (greater (softmax n x j) (1 / 2)) (total (fun k => select (greater (softmax n x k) (1 / 2)) 0 (softmax n x k)) n)
    (1 - softmax n x j) = 1 - softmax n x j.
Proof.
  intros le. destruct (Rlt_dec (1 / 2) (softmax n x j)) as [top | not].
  - rewrite (greater_yes (softmax n x j)) by exact top. rewrite select_other by lra.
    rewrite (sum_same _ (fun k => softmax n x k + -1 * (unit_ j k * softmax n x k))).
    + rewrite sum_of_sums, sum_scale, softmax_total, sum_unit by exact le. ring.
    + intros k lek. unfold unit_. destruct (Nat.eqb k j) eqn:e.
      * apply Nat.eqb_eq in e. subst k. rewrite greater_yes by exact top. rewrite select_other by lra. ring.
      * apply Nat.eqb_neq in e. pose proof (two_shares n x j k le lek e).
        rewrite greater_no by lra. rewrite select_zero by lra. ring.
  - rewrite greater_no by lra. apply select_zero. lra.
Qed.

Lemma same_derivative (f : R -> R) (x a b : R) : is_derive f x a -> b = a -> is_derive f x b.
Proof. intros d e. rewrite e. exact d. Qed.
(* The derivative of a word on vectors, by its lemma. *)
Ltac derivative_by known :=
  eapply same_derivative; [first [apply known; assumption | apply known] |];
  rewrite ?rest_of by assumption; rewrite ?softmax_deviation; first [reflexivity | ring].
