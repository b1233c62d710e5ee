(** * A world in which the assumptions hold, and worlds in which one does not

    [receipt_soundness] has six assumptions. Here they hold together, and a receipt is accepted: so
    the theorem is not empty. And where one of them is taken away, the same verdict says nothing:
    there is no such invocation, or two, or its memory still holds what was to be forgotten. So
    what each stands for is what a reader must look at elsewhere. *)

From Coq Require Import List Arith Lia.
From Pobf Require Import Table Life Bytes Chain Checks Receipt.
Import ListNotations.

Definition size := 2.
Definition golden (_ : nat) := 0.
Definition zone (a : nat) := a = 0.
Definition keys (_ a : nat) := a = 1.
Definition scratch (_ : nat) := False.
Definition owner (_ a : nat) := if a <? size then Wiped else Fixed.
Definition hash (_ : receipt) := 5.
Definition commit (salt x : nat) := salt + x.

Definition vouched : evidence :=
  {| v_boot := 8; v_measurement := 9; v_monitor := 10; v_key := 11 |}.
Definition the_receipt : receipt :=
  {| r_boot := 8; r_measurement := 9; r_sequence := 1; r_previous := 0; r_task := 3;
     r_input := 6; r_output := 7; r_answered := true;
     r_mismatches := 0; r_registers_cleared := true; r_key_destroyed := true |}.
Definition kept : bundle :=
  {| b_evidence := vouched; b_offer_boot := 8; b_offer_task := 3; b_receipt := the_receipt;
     b_sent := 4; b_answer := Some 4; b_input_salt := 2; b_output_salt := 3;
     b_measurement := 9; b_monitor := 10 |}.

Definition receipt_eq (a b : receipt) : {a = b} + {a <> b}.
Proof. decide equality; try apply Nat.eq_dec; apply Bool.bool_dec. Defined.

Definition evidence_eq (a b : evidence) : {a = b} + {a <> b}.
Proof. decide equality; apply Nat.eq_dec. Defined.

Definition vouches (v : evidence) := if evidence_eq v vouched then true else false.
Definition verifies (_ : nat) (m : message) : bool :=
  match m with
  | Offer _ _ => true
  | OfReceipt r => if receipt_eq r the_receipt then true else false
  end.

(** ** One whole life *)
Definition lived : list event := [Ev_SEAL; Ev_COMPUTE; Ev_LOAD; Ev_BIND; Ev_START].

Definition holds_here := holds commit vouches verifies.

Theorem the_receipt_is_accepted :
  exists results, (forall c, results c = Pass -> holds_here kept c) /\ judge results = Affirmed.
Proof.
  exists (fun _ => Pass). split; [|reflexivity].
  intros c _. destruct c; cbn; auto.
Qed.

Definition zeros : mem := [0; 0].
Definition entry (m : mem) : signed :=
  {| s_receipt := the_receipt; s_slot := 0; s_life := lived; s_memory := m |}.

(** From the first state through every move to the receipt. *)
Ltac next_start R slot m :=
  eapply then_ in R;
    [|apply (started _ _ _ _ _ _ _ slot 3 m); [reflexivity | discriminate | reflexivity]];
  cbn in R.

Section Life.
  Variable keyless : nat -> mem -> Prop.
  Variables golden_zone cleared : mem -> Prop.
  Variable m : mem.
  Hypothesis k : keyless 0 m.
  Hypothesis g : golden_zone m.
  Hypothesis c : cleared m.

  Ltac next_move R e :=
    eapply then_ in R; [|apply (moved _ _ _ _ _ _ _ 0 e m); [reflexivity | discriminate ..]];
    cbn in R.

  Lemma a_life_is_lived : exists b,
    reaches keyless golden_zone cleared hash 8 9 zeros b /\ log b = [entry m] /\ used b = [3].
  Proof.
    pose proof (at_first keyless golden_zone cleared hash 8 9 zeros) as R.
    next_start R 0 m.
    next_move R Ev_BIND. next_move R Ev_LOAD. next_move R Ev_COMPUTE. next_move R Ev_SEAL.
    eapply then_ in R;
      [|apply (ended _ _ _ _ _ _ _ 0 m the_receipt); try exact k; try exact g; try exact c;
        try reflexivity; [discriminate | split; reflexivity]].
    eexists. split; [exact R | split; reflexivity].
  Qed.
End Life.

(** ** All of A1 to A6

    One enclave, whose boot is that life; [m] is the memory that the receipt was signed of. *)
Definition signs (_ : enclave) (x : message) :=
  match x with OfReceipt r => r = the_receipt | Offer _ _ => True end.

Theorem the_assumptions_hold_together : exists genuine,
  assumptions size owner golden zone scratch keys hash commit vouches verifies genuine signs
              (fun _ => True) (fun _ => True).
Proof.
  destruct (a_life_is_lived (fun t => brought_back size golden (keys t))
              (brought_back size golden zone) (brought_back size golden scratch) zeros)
    as (b & R & L & U); try (intros a A Z; unfold size in A; destruct a as [|[|a]]; auto; lia).
  exists (fun e => e = {| e_evidence := vouched; e_first := zeros; e_boot := b |}). split.
  - intros v V. unfold vouches in V.
    destruct (evidence_eq v vouched) as [->|]; [eauto | discriminate].
  - intros e [i j|r] _ V; simpl in *; [exact I|]. now destruct (receipt_eq r the_receipt).
  - intros salt x y E. unfold commit in E. lia.
  - intros e -> _. split; [exact R|]. simpl. rewrite L. intros r ->.
    eexists. split; [now left | reflexivity].
  - intros t a A _. unfold size, zone, keys in *. lia.
  - auto.
  - intros e ->. simpl. rewrite U. constructor; [intros []|constructor].
Qed.

(** ** One assumption taken away, and a yes that means nothing *)
Definition dirty (s : signed) :=
  ~ golden_all size (owner (s_slot s)) golden (s_memory s).

(** Without A1 or A2: nobody genuine, or nobody who signed. The yes is there, the invocation is
    not. *)
Theorem without_a_platform_nothing_follows : forall e s,
  ~ reset size owner golden (fun _ => False) e s (b_receipt kept).
Proof. intros e s (G & _). exact G. Qed.

Theorem without_signatures_nothing_follows : exists e, reaches
    (fun t => brought_back size golden (keys t)) (brought_back size golden zone)
    (brought_back size golden scratch) hash 8 9 zeros (e_boot e) /\
  forall s, ~ reset size owner golden (fun x => x = e) e s (b_receipt kept).
Proof.
  exists {| e_evidence := vouched; e_first := zeros; e_boot := begun zeros |}.
  split; [constructor|].
  intros s (_ & I & _). exact I.
Qed.

(** Without A3 or A5: a monitor that wipes no key keeps other contracts, and signs the same
    receipt. *)
Definition left_a_key : mem := [0; 1].

Theorem without_contracts_a_key_stays : exists b,
  reaches (fun _ _ => True) (brought_back size golden zone) (brought_back size golden scratch)
          hash 8 9 zeros b /\ log b = [entry left_a_key] /\ dirty (entry left_a_key).
Proof.
  destruct (a_life_is_lived (fun _ _ => True) (brought_back size golden zone)
              (brought_back size golden scratch) left_a_key) as (b & R & L & _); auto.
  - intros a A Z. now rewrite Z.
  - intros a A [].
  - exists b. split; [exact R|]. split; [exact L|]. intros G.
    specialize (G 1). cbv in G. discriminate G; auto.
Qed.

(** Without A4: all contracts are kept, and there is a byte that no contract speaks of. *)
Theorem without_a_whole_map_a_byte_stays : exists b,
  reaches (fun _ => brought_back size golden (fun _ => False)) (brought_back size golden zone)
          (brought_back size golden scratch) hash 8 9 zeros b /\
  log b = [entry left_a_key] /\ dirty (entry left_a_key).
Proof.
  destruct (a_life_is_lived (fun _ => brought_back size golden (fun _ => False))
              (brought_back size golden zone) (brought_back size golden scratch) left_a_key)
    as (b & R & L & _).
  - intros a A [].
  - intros a A Z. now rewrite Z.
  - intros a A [].
  - exists b. split; [exact R|]. split; [exact L|]. intros G.
    specialize (G 1). cbv in G. discriminate G; auto.
Qed.

(** Without A6: an id drawn twice has two receipts, and which of the two invocations it was is
    open. *)
Definition given_up (n last : nat) : receipt :=
  {| r_boot := 8; r_measurement := 9; r_sequence := n; r_previous := last; r_task := 3;
     r_input := 0; r_output := 0; r_answered := false;
     r_mismatches := 0; r_registers_cleared := true; r_key_destroyed := true |}.

Theorem without_fresh_ids_there_are_two : exists b s1 s2,
  reaches (fun _ _ => True) (fun _ => True) (fun _ => True) hash 8 9 zeros b /\
  In s1 (log b) /\ In s2 (log b) /\
  r_task (s_receipt s1) = r_task (s_receipt s2) /\ s_slot s1 <> s_slot s2.
Proof.
  pose proof (at_first (fun _ _ => True) (fun _ => True) (fun _ => True) hash 8 9 zeros) as R.
  next_start R 0 zeros.
  next_start R 1 zeros.
  eapply then_ in R;
    [|apply (ended _ _ _ _ _ _ _ 0 zeros (given_up 1 0)); try exact I; try reflexivity;
      [discriminate | split; discriminate]]; cbn in R.
  eapply then_ in R;
    [|apply (ended _ _ _ _ _ _ _ 1 zeros (given_up 2 5)); try exact I; try reflexivity;
      [discriminate | split; discriminate]].
  do 3 eexists. split; [exact R|]. simpl. split; [now left|]. split; [now right; left|].
  split; [reflexivity | discriminate].
Qed.
