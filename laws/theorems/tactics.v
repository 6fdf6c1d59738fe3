(* What holds of the words where their arguments decide. *)
Lemma select_zero c a b : c = 0 -> select c a b = b.
Proof. unfold select. destruct (Req_EM_T c 0); tauto. Qed.
Lemma select_other c a b : c <> 0 -> select c a b = a.
Proof. unfold select. destruct (Req_EM_T c 0); tauto. Qed.
Lemma select_same c a : select c a a = a.
Proof. unfold select. destruct (Req_EM_T c 0); reflexivity. Qed.
Lemma greater_yes a b : b < a -> greater a b = 1.
Proof. unfold greater. destruct (Rlt_dec b a); tauto. Qed.
Lemma greater_no a b : a <= b -> greater a b = 0.
Proof. unfold greater. destruct (Rlt_dec b a); [lra | reflexivity]. Qed.
Lemma greaterEqual_yes a b : b <= a -> greaterEqual a b = 1.
Proof. unfold greaterEqual. destruct (Rle_dec b a); tauto. Qed.
Lemma greaterEqual_no a b : a < b -> greaterEqual a b = 0.
Proof. unfold greaterEqual. destruct (Rle_dec b a); [lra | reflexivity]. Qed.
Lemma equal_yes a b : a = b -> equal a b = 1.
Proof. unfold equal. destruct (Req_EM_T a b); tauto. Qed.
Lemma equal_no a b : a <> b -> equal a b = 0.
Proof. unfold equal. destruct (Req_EM_T a b); tauto. Qed.
Lemma clip_within min max x : min <= x -> x <= max -> clip min max x = x.
Proof. intros. unfold clip. rewrite Rmin_right by lra. rewrite Rmax_right by lra. reflexivity. Qed.
Lemma clip_above min max x : min <= max -> max <= x -> clip min max x = max.
Proof. intros. unfold clip. rewrite Rmin_left by lra. rewrite Rmax_right by lra. reflexivity. Qed.
Lemma clip_below min max x : min <= max -> x <= min -> clip min max x = min.
Proof. intros. unfold clip. rewrite Rmin_right by lra. rewrite Rmax_left by lra. reflexivity. Qed.

Lemma cbrt_above x : 0 < x -> cbrt x = Rpower x (1 / 3).
Proof. intros. unfold cbrt. rewrite sign_eq_1, Rabs_right by lra. ring. Qed.
Lemma cbrt_below x : x < 0 -> cbrt x = - Rpower (- x) (1 / 3).
Proof. intros. unfold cbrt. rewrite sign_eq_m1, Rabs_left by lra. ring. Qed.
Lemma atan2_upper y x : 0 < y -> atan2 y x = PI / 2 - atan (x / y).
Proof. intros. unfold atan2. destruct (Rlt_dec 0 y); [reflexivity | lra]. Qed.
Lemma atan2_lower y x : y < 0 -> atan2 y x = - (PI / 2) - atan (x / y).
Proof. intros. unfold atan2. destruct (Rlt_dec 0 y); [lra |]. destruct (Rlt_dec y 0); [reflexivity | lra]. Qed.
Lemma atan2_right y x : 0 < x -> atan2 y x = atan (y / x).
Proof.
  intros pos. destruct (Rtotal_order y 0) as [less | [zero | more]].
  - rewrite atan2_lower by assumption. replace (x / y) with (- / (- y / x)) by (field; lra).
    rewrite atan_opp, atan_inv by (apply Rdiv_lt_0_compat; lra).
    replace (- y / x) with (- (y / x)) by (field; lra). rewrite atan_opp. ring.
  - subst y. unfold atan2, Rdiv. rewrite Rmult_0_l, atan_0.
    destruct (Rlt_dec 0 0); [lra |]. destruct (Rle_dec 0 x); [reflexivity | lra].
  - rewrite atan2_upper by assumption. replace (x / y) with (/ (y / x)) by (field; lra).
    rewrite atan_inv by (apply Rdiv_lt_0_compat; lra). ring.
Qed.

Lemma Int_part_is n x : IZR n <= x -> x < IZR n + 1 -> Int_part x = n.
Proof. intros. unfold Int_part. rewrite <- (tech_up x (n + 1)) by (rewrite plus_IZR; lra). lia. Qed.
Lemma floor_is n x : IZR n <= x -> x < IZR n + 1 -> floor x = IZR n.
Proof. intros. unfold floor. rewrite (Int_part_is n) by lra. reflexivity. Qed.
Lemma round_is n x : IZR n - 1 / 2 < x -> x < IZR n + 1 / 2 -> round x = IZR n.
Proof.
  intros. unfold round. rewrite (Int_part_is n) by lra. destruct (Req_EM_T (x + 1 / 2) (IZR n)); [lra | reflexivity].
Qed.
Lemma round_whole n x : x = IZR n -> round x = IZR n.
Proof. intros. apply round_is; lra. Qed.
Lemma remainder_above n a b : 0 <= IZR n -> IZR n <= a / b -> a / b < IZR n + 1 -> remainder a b = a - b * IZR n.
Proof. intros. unfold remainder. destruct (Rle_dec 0 (a / b)); [rewrite (floor_is n) by lra; reflexivity | lra]. Qed.
Lemma remainder_below n a b :
  IZR n <= 0 -> IZR n - 1 < a / b -> a / b < 0 -> a / b <= IZR n -> remainder a b = a - b * IZR n.
Proof.
  intros. unfold remainder. destruct (Rle_dec 0 (a / b)); [lra |].
  rewrite (floor_is (- n)) by (rewrite opp_IZR; lra). rewrite opp_IZR, Ropp_involutive. reflexivity.
Qed.
Lemma remainder_less a b : -1 < a / b -> a / b < 1 -> remainder a b = a.
Proof.
  intros. destruct (Rle_dec 0 (a / b)).
  - rewrite (remainder_above 0) by lra. ring.
  - rewrite (remainder_below 0) by lra. ring.
Qed.

Ltac settle := first [assumption | lra | apply Rmult_le_pos; lra].
(* Decides comparisons and choices from what is known of their arguments. *)
Ltac decide_one :=
  match goal with
  | |- context [relu ?x] => unfold relu
  | |- context [select ?c ?a ?a] => rewrite (select_same c a)
  | |- context [select ?c ?a ?b] => first [rewrite (select_zero c a b) by settle | rewrite (select_other c a b) by settle]
  | |- context [greater ?a ?b] => first [rewrite (greater_yes a b) by settle | rewrite (greater_no a b) by settle]
  | |- context [greaterEqual ?a ?b] =>
    first [rewrite (greaterEqual_yes a b) by settle | rewrite (greaterEqual_no a b) by settle]
  | |- context [equal ?a ?b] => first [rewrite (equal_yes a b) by settle | rewrite (equal_no a b) by settle]
  | |- context [clip ?l ?u ?x] =>
    first [rewrite (clip_within l u x) by settle | rewrite (clip_above l u x) by settle | rewrite (clip_below l u x) by settle]
  | |- context [cbrt ?x] => first [rewrite (cbrt_above x) by settle | rewrite (cbrt_below x) by settle]
  | |- context [atan2 ?y ?x] =>
    first [rewrite (atan2_right y x) by settle | rewrite (atan2_upper y x) by settle | rewrite (atan2_lower y x) by settle]
  | |- context [remainder ?a ?b] => rewrite (remainder_less a b) by settle
  | n : Z |- context [remainder ?a ?b] =>
    first [rewrite (remainder_above n a b) by settle | rewrite (remainder_below n a b) by settle]
  | n : Z |- context [floor ?x] => rewrite (floor_is n x) by settle
  | n : Z |- context [round ?x] =>
    first [rewrite (round_is n x) by settle | rewrite (round_whole n x) by (field; assumption)]
  | |- context [round ?x] => rewrite (round_whole 0 x) by (field; assumption)
  | |- context [sign ?x] => first [rewrite (sign_eq_1 x) by settle | rewrite (sign_eq_m1 x) by settle]
  | |- context [Rabs ?x] => first [rewrite (Rabs_right x) by settle | rewrite (Rabs_left x) by settle]
  | |- context [Rmax ?a ?b] => first [rewrite (Rmax_left a b) by settle | rewrite (Rmax_right a b) by settle]
  | |- context [Rmin ?a ?b] => first [rewrite (Rmin_left a b) by settle | rewrite (Rmin_right a b) by settle]
  end.
Ltac decide_all := repeat decide_one.

(* A derivative is one of any function that is the same near the point. *)
Lemma is_derive_near (D : R -> Prop) (f g : R -> R) (x l : R) :
  locally x D -> (forall y, D y -> f y = g y) -> is_derive g x l -> is_derive f x l.
Proof.
  intros near same d. apply (is_derive_ext_loc g); [|exact d].
  apply (filter_imp D); [|exact near]. intros y inside. symmetry. exact (same y inside).
Qed.

Lemma less_near (f g : R -> R) (x : R) :
  continuous f x -> continuous g x -> f x < g x -> locally x (fun y => f y < g y).
Proof.
  intros cf cg less.
  assert (c : continuous (fun y => g y - f y) x) by (apply (continuous_minus g f); assumption).
  apply (filter_imp (fun y => 0 < g y - f y)); [intros; lra |].
  apply (c (fun z => 0 < z)). apply open_gt. lra.
Qed.

Lemma differs_near (f g : R -> R) (x : R) :
  continuous f x -> continuous g x -> f x <> g x -> locally x (fun y => f y <> g y).
Proof.
  intros cf cg differ.
  assert (c : continuous (fun y => g y - f y) x) by (apply (continuous_minus g f); assumption).
  apply (filter_imp (fun y => g y - f y <> 0)); [intros; lra |].
  apply (c (fun z => z <> 0)). apply open_neq. lra.
Qed.

Lemma continuous_of (f : R -> R) (x : R) : ex_derive f x -> continuous f x.
Proof. apply (ex_derive_continuous (V := R_NormedModule)). Qed.
Ltac continuity := apply continuous_of; auto_derive; rewrite ?Rmult_0_l, ?Rplus_0_r; trivial.

(* Functions of which Coq has the derivative, for auto_derive. *)
Lemma one_minus_square x : (1 - x) * (1 + x) = 1 - x².
Proof. unfold Rsqr. ring. Qed.
#[export] Instance differentiable_asin : UnaryDiff' asin.
Proof.
  apply (Build_UnaryDiff' asin (fun x => / sqrt ((1 - x) * (1 + x))) (fun x => -1 < x < 1)).
  intros x inside. rewrite one_minus_square, <- (Rmult_1_l (/ _)). apply is_derive_Reals.
  apply (derive_pt_eq asin x _ (derivable_pt_asin x inside)). apply derive_pt_asin.
Defined.
#[export] Instance differentiable_acos : UnaryDiff' acos.
Proof.
  apply (Build_UnaryDiff' acos (fun x => -1 / sqrt ((1 - x) * (1 + x))) (fun x => -1 < x < 1)).
  intros x inside. rewrite one_minus_square. apply is_derive_Reals.
  apply (derive_pt_eq acos x _ (derivable_pt_acos x inside)). apply derive_pt_acos.
Defined.
#[export] Instance differentiable_arcsinh : UnaryDiff arcsinh.
Proof.
  apply (Build_UnaryDiff arcsinh (fun x => / sqrt (x ^ 2 + 1))).
  intros x. apply is_derive_Reals. apply derivable_pt_lim_arcsinh.
Defined.

Lemma gateLinear_half : gateLinear = 2 * sqrt (2 / PI).
Proof.
  unfold gateLinear. replace (8 / PI) with (2 * 2 * (2 / PI)) by (field; apply PI_neq0).
  rewrite sqrt_mult_alt, sqrt_square by lra. reflexivity.
Qed.
Lemma exp_minus x : exp (- x) = / exp x.
Proof. apply exp_Ropp. Qed.
(* The hyperbolic tangent of half an argument, by its exponential. *)
Lemma tanh_half x : tanh (1 / 2 * x) = (exp x - 1) / (exp x + 1).
Proof.
  unfold tanh, sinh, cosh. rewrite exp_minus.
  replace (exp x) with (exp (1 / 2 * x) * exp (1 / 2 * x)) by (rewrite <- exp_plus; f_equal; lra).
  pose proof (exp_pos (1 / 2 * x)). field. split; nra.
Qed.

Lemma tanhGate_exp x : tanhGate x = 1 - 1 / (exp (2 * gate x) + 1).
Proof.
  unfold tanhGate. replace (gate x) with (1 / 2 * (2 * gate x)) at 1 by field. rewrite tanh_half.
  pose proof (exp_pos (2 * gate x)). field. lra.
Qed.
Lemma gate_minus x : gate (- x) = - gate x.
Proof. unfold gate. ring. Qed.
Lemma tanhGateSlope_exp x : tanhGateSlope x = exp (2 * gate x) / ((exp (2 * gate x) + 1) * (exp (2 * gate x) + 1)).
Proof.
  unfold tanhGateSlope. rewrite !tanhGate_exp, gate_minus.
  replace (2 * - gate x) with (- (2 * gate x)) by ring. rewrite exp_minus.
  pose proof (exp_pos (2 * gate x)). field. split; lra.
Qed.
Lemma sechSquared_half x : sechSquared (1 / 2 * x) = 4 * exp x / ((exp x + 1) * (exp x + 1)).
Proof.
  unfold sechSquared, cosh. rewrite exp_minus.
  replace (exp x) with (exp (1 / 2 * x) * exp (1 / 2 * x)) by (rewrite <- exp_plus; f_equal; lra).
  pose proof (exp_pos (1 / 2 * x)). field. split; nra.
Qed.
Ltac halve_tanh :=
  repeat match goal with
  | |- context [sechSquared (1 / 2 * ?x)] => rewrite (sechSquared_half x)
  | |- context [tanhGate ?x] => rewrite (tanhGate_exp x)
  | |- context [tanhGateSlope ?x] => rewrite (tanhGateSlope_exp x)
  | |- context [tanh (1 / 2 * ?x)] => rewrite (tanh_half x)
  end.

(* Integrals of bell curves, by the fundamental theorem. *)
Lemma is_derive_integral (f : R -> R) (x : R) : (forall t, continuous f t) -> is_derive (fun y => RInt f 0 y) x (f x).
Proof.
  intros c. apply (is_derive_RInt f (RInt f 0) 0 x); [|apply c].
  apply filter_forall. intros y. apply (RInt_correct f). apply (ex_RInt_continuous f). intros; apply c.
Qed.
Lemma derive_affine (f : R -> R) (c d x l : R) : is_derive f x l -> is_derive (fun y => c + d * f y) x (d * l).
Proof.
  intros is. auto_derive; [exists l; exact is |].
  replace (Derive (fun y => f y) x) with l by (symmetry; apply is_derive_unique; exact is). ring.
Qed.
Lemma derive_erf x : is_derive erf x (2 / sqrt PI * exp (- (x * x))).
Proof.
  apply (is_derive_ext (fun y => 0 + 2 / sqrt PI * RInt (fun t => exp (- (t * t))) 0 y)); [intros; apply Rplus_0_l |].
  apply (derive_affine (fun y => RInt (fun t => exp (- (t * t))) 0 y)).
  apply (is_derive_integral (fun t => exp (- (t * t)))). intros t. continuity.
Qed.
Lemma derive_normalCdf x : is_derive normalCdf x (/ sqrt (2 * PI) * exp (- (x * x / 2))).
Proof.
  unfold normalCdf. apply (derive_affine (fun y => RInt (fun t => exp (- (t * t / 2))) 0 y)).
  apply (is_derive_integral (fun t => exp (- (t * t / 2)))). intros t. continuity.
Qed.
Lemma Derive_erf x : Derive (fun y => erf y) x = 2 / sqrt PI * exp (- (x * x)).
Proof. apply is_derive_unique. apply derive_erf. Qed.
Lemma Derive_normalCdf x : Derive (fun y => normalCdf y) x = / sqrt (2 * PI) * exp (- (x * x / 2)).
Proof. apply is_derive_unique. apply derive_normalCdf. Qed.
Lemma ex_derive_erf x : ex_derive (fun y => erf y) x.
Proof. eexists. apply derive_erf. Qed.
Lemma ex_derive_normalCdf x : ex_derive (fun y => normalCdf y) x.
Proof. eexists. apply derive_normalCdf. Qed.

(* The derivatives of logErfcx are polynomials of u and of the hazard rate; so there is one of every order. *)
Definition hazard (u : R) : R := 2 / sqrt PI * exp (- (u * u)) / erfc u.
Inductive polynomial := Argument | Hazard | Number (r : R) | Plus (p q : polynomial) | Times (p q : polynomial).
Fixpoint at_ (p : polynomial) (u : R) : R :=
  match p with
  | Argument => u
  | Hazard => hazard u
  | Number r => r
  | Plus p q => at_ p u + at_ q u
  | Times p q => at_ p u * at_ q u
  end.
Fixpoint derived (p : polynomial) : polynomial :=
  match p with
  | Argument => Number 1
  | Hazard => Plus (Times Hazard Hazard) (Times (Number (-2)) (Times Argument Hazard))
  | Number _ => Number 0
  | Plus p q => Plus (derived p) (derived q)
  | Times p q => Plus (Times (derived p) q) (Times p (derived q))
  end.
Lemma derive_at p u : 0 < erfc u -> is_derive (at_ p) u (at_ (derived p) u).
Proof.
  intros pos. induction p; simpl.
  - auto_derive; trivial.
  - unfold hazard, erfc in *. auto_derive.
    + repeat split; [apply ex_derive_erf | apply Rgt_not_eq; lra].
    + rewrite Derive_erf. field. repeat split; first [apply Rgt_not_eq; lra | apply Rgt_not_eq, sqrt_lt_R0, PI_RGT_0].
  - auto_derive; trivial.
  - apply (is_derive_plus (at_ p1) (at_ p2)); assumption.
  - apply (is_derive_mult (at_ p1) (at_ p2)); [assumption | assumption | intros; apply Rmult_comm].
Qed.
Lemma erfc_positive_near u : 0 < erfc u -> locally u (fun y => 0 < erfc y).
Proof.
  intros pos. apply (less_near (fun _ => 0) erfc); [continuity | | exact pos].
  apply continuous_of. unfold erfc. auto_derive. apply ex_derive_erf.
Qed.
Lemma derive_order n u : 0 < erfc u ->
  is_derive (logErfcx n) u (at_ (Nat.iter n derived (Plus (Times (Number 2) Argument) (Times (Number (-1)) Hazard))) u).
Proof.
  revert u. induction n; intros u pos.
  - unfold logErfcx. simpl. unfold hazard, erfc in *. auto_derive.
    + repeat split; [apply ex_derive_erf | apply Rmult_lt_0_compat; [lra | apply exp_pos]].
    + rewrite Derive_erf. pose proof (exp_pos (u * u)). field.
      repeat split; first [apply Rgt_not_eq; lra | apply Rgt_not_eq, sqrt_lt_R0, PI_RGT_0].
  - apply (is_derive_near (fun y => 0 < erfc y) _ (at_ (Nat.iter n derived (Plus (Times (Number 2) Argument) (Times (Number (-1)) Hazard))))).
    + apply erfc_positive_near. exact pos.
    + intros y inside. apply is_derive_unique. apply IHn. exact inside.
    + apply derive_at. exact pos.
Qed.
Lemma derive_logErfcx n u : 0 < erfc u -> is_derive (logErfcx n) u (logErfcx (S n) u).
Proof.
  intros pos. unfold logErfcx at 2. simpl. apply (Derive_correct (logErfcx n)).
  eexists. apply derive_order. exact pos.
Qed.
Lemma Derive_logErfcx n u : 0 < erfc u -> Derive (fun y => logErfcx n y) u = logErfcx (S n) u.
Proof. intros. apply is_derive_unique. apply derive_logErfcx. assumption. Qed.
Lemma ex_derive_logErfcx n u : 0 < erfc u -> ex_derive (fun y => logErfcx n y) u.
Proof. intros. eexists. apply derive_logErfcx. assumption. Qed.

Lemma erfc_near (f : R -> R) (x : R) : continuous f x -> 0 < erfc (f x) -> locally x (fun y => 0 < erfc (f y)).
Proof. intros c pos. apply (c (fun z => 0 < erfc z)). apply erfc_positive_near. exact pos. Qed.

(* A domain is open: what holds at a point holds near it. *)
Ltac near :=
  cbv beta;
  first
    [ solve [apply filter_forall; intros; first [exact I | assumption]]
    | apply filter_and; near
    | apply erfc_near; [continuity | cbv beta; rewrite ?Rmult_0_l, ?Rplus_0_r; assumption]
    | refine (less_near _ _ _ _ _ _); [continuity | continuity | cbv beta; rewrite ?Rmult_0_l, ?Rplus_0_r; lra]
    | refine (differs_near _ _ _ _ _ _); [continuity | continuity | cbv beta; first [assumption | lra]] ].

Ltac positive :=
  match goal with
  | |- 0 < exp _ => apply exp_pos
  | |- 0 < Rpower _ _ => apply exp_pos
  | |- 0 < PI => exact PI_RGT_0
  | |- 0 < ln _ => rewrite <- ln_1; apply ln_increasing; lra
  | |- 0 < sqrt _ => apply sqrt_lt_R0; positive
  | |- 0 < / _ => apply Rinv_0_lt_compat; positive
  | |- 0 < _ / _ => apply Rdiv_lt_0_compat; positive
  | |- 0 < _ * _ => first [nra | apply Rmult_lt_0_compat; positive]
  | |- 0 < _ + _ => first [lra | apply Rplus_lt_0_compat; positive]
  | |- _ => first [lra | nra]
  end.
(* Exponentials as positive numbers. *)
Ltac know_exponentials :=
  repeat match goal with
  | |- context [exp ?x] => let e := fresh "e" in pose proof (exp_pos x); set (e := exp x) in *; clearbody e
  end.
Ltac nonzero :=
  repeat match goal with |- _ /\ _ => split end;
  lazymatch goal with
  | |- True => trivial
  | |- ex_derive (fun y => erf y) _ => apply ex_derive_erf
  | |- ex_derive (fun y => normalCdf y) _ => apply ex_derive_normalCdf
  | |- ex_derive (fun y => logErfcx _ y) _ => apply ex_derive_logErfcx; assumption
  | |- ex_derive _ _ => fail
  | |- _ =>
    first
      [ assumption
      | lra
      | repeat apply Rmult_integral_contrapositive_currified;
        first [assumption | lra | apply Ropp_neq_0_compat, Rgt_not_eq; unfold Rgt; positive]
      | positive
      | apply Rgt_not_eq; unfold Rgt; positive
      | nra ]
  end.

Lemma power_step x a b : 0 < x -> a = b + 1 -> Rpower x a = Rpower x b * x.
Proof. intros. subst a. rewrite Rpower_plus, Rpower_1 by assumption. reflexivity. Qed.

Lemma sqrt_power x : 0 < x -> sqrt x = / Rpower x (- (1 / 2)).
Proof. intros. rewrite Rpower_Ropp, Rinv_inv, <- Rpower_sqrt by assumption. f_equal. lra. Qed.

(* All powers of one base in terms of the one with the least exponent. *)
Ltac lower_powers :=
  try match goal with
  | |- context [Rpower ?x _] => rewrite (sqrt_power x) by assumption
  end;
  repeat match goal with
  | |- context [Rpower ?x ?a] =>
    match goal with
    | |- context [Rpower x ?b] => rewrite (power_step x a b) by lra
    end
  end.

(* Exponentials of arguments that are equal, opposite or doubled, by one of them. *)
Lemma exp_double x : exp (2 * x) = exp x * exp x.
Proof. rewrite <- exp_plus. f_equal. lra. Qed.
Lemma exp_minus_double x : exp (- (2 * x)) = / (exp x * exp x).
Proof. rewrite exp_minus, exp_double. reflexivity. Qed.
Ltac exponential_of b a := replace (exp b) with (exp a) by (f_equal; lra).
Ltac relate_exponentials :=
  unfold gateCubic; rewrite ?gateLinear_half;
  repeat match goal with
  | |- context [exp ?a] =>
    match goal with
    | |- context [exp ?b] =>
      tryif constr_eq a b then fail
      else first
        [ exponential_of b a
        | exponential_of b (- a); rewrite (exp_minus a)
        | exponential_of b (2 * a); rewrite (exp_double a)
        | exponential_of b (- (2 * a)); rewrite (exp_minus_double a) ]
    end
  end.

Ltac fold_powers :=
  repeat match goal with |- context [exp (?b * ln ?a)] => change (exp (b * ln a)) with (Rpower a b) end.

(* The words that are formulas of functions whose derivatives are known. *)
Ltac open_words :=
  unfold gate, sigmoidSlope, sigmoid, sechSquared, softplus, tanh, cosh, sinh, expm1, square, gaussian, xlogy, xlog1py, log1p,
    exp2, log2, log10, acosh, atanh, hypot, direction, erfc.

(* Roots as positive numbers, each with its power, and one root of arguments that are equal. *)
Lemma cube_root x : 0 < x -> Rpower x (1 / 3) * Rpower x (1 / 3) * Rpower x (1 / 3) = x.
Proof. intros. rewrite <- !Rpower_plus. replace (1 / 3 + 1 / 3 + 1 / 3) with 1 by lra. apply Rpower_1. assumption. Qed.
Lemma power_minus_half x : 0 < x -> Rpower x (- (1 / 2)) = / sqrt x.
Proof. intros. rewrite sqrt_power, Rinv_inv by assumption. reflexivity. Qed.
Ltac know_root root power_of_it :=
  let r := fresh "r" in let pos := fresh "pos" in
  pose proof power_of_it; assert (pos : 0 < root) by positive; set (r := root) in *; clearbody r.
Ltac know_roots :=
  repeat match goal with
  | |- context [Rpower ?a (- (1 / 2))] => rewrite (power_minus_half a) by positive
  | |- context [sqrt ?a] =>
    match goal with
    | |- context [sqrt ?b] => tryif constr_eq a b then fail else replace (sqrt b) with (sqrt a) by (f_equal; ring)
    end
  end;
  repeat match goal with
  | |- context [sqrt ?a] =>
    let below := fresh "below" in assert (below : 0 < a) by positive;
    know_root (sqrt a) (sqrt_sqrt a (Rlt_le 0 a below))
  | |- context [Rpower ?a (1 / 3)] =>
    let below := fresh "below" in assert (below : 0 < a) by positive;
    know_root (Rpower a (1 / 3)) (cube_root a below)
  end.
(* A rational identity, given the powers of roots. *)
Ltac rational :=
  first
    [ ring
    | field; nonzero
    | match goal with p : _ * ?r = _ |- _ => field [p]; nonzero end
    | match goal with p : _ * ?r = _, q : _ * ?s = _ |- _ => field [p q]; nonzero end ].

(* An equality of formulas: each is written by one exponential of every argument, and one power of every base. *)
Ltac same_formula :=
  rewrite ?Rmult_0_l, ?Rplus_0_r;
  decide_all;
  rewrite ?Derive_erf, ?Derive_normalCdf, ?Derive_logErfcx by assumption;
  halve_tanh;
  open_words;
  fold_powers; lower_powers;
  relate_exponentials; know_roots; know_exponentials;
  rational.

(* The conditions of a derivative. *)
Ltac conditions := rewrite ?Rmult_0_l, ?Rplus_0_r; nonzero.

Ltac differentiate :=
  halve_tanh; open_words; unfold Rpower; auto_derive;
  match goal with
  | |- @eq R _ _ => same_formula
  | |- _ => conditions
  end.

(* The derivative of a formula of words on the domain D. *)
Ltac derivative_near D :=
  eapply (is_derive_near D);
  [ near
  | let y := fresh "y" in let inside := fresh "inside" in
    intros y inside; cbv beta in inside |- *;
    repeat match goal with both : _ /\ _ |- _ => destruct both end;
    decide_all; halve_tanh; reflexivity
  | differentiate ].
Ltac either_way :=
  match goal with |- context [select ?c _ _] => is_var c; destruct (Req_dec c 0) end.
Ltac derivative D := first [derivative_near D | either_way; derivative_near D].
