(** * A boot, as its contracts say

    The contracts of framework/chain say what each call does to the tasks, the memory and the chain
    of receipts. Here they are the steps of a machine, and what holds of every boot, however
    often, in whatever order and on whatever tasks they are called, is proved from them: each
    receipt was signed of a memory that was reset; an answer has a whole life behind it; receipts
    are numbered without a gap; a task has one receipt; closed is for ever.

    A proof here says nothing of C: that the C keeps these contracts is what [make prove] says. *)

From Coq Require Import List Arith Lia.
From Pobf Require Import Table Life Bytes.
Import ListNotations.

(** The claims of framework/wire/receipt.h that something follows from. *)
Record receipt := {
  r_boot : nat; r_measurement : nat; r_sequence : nat; r_previous : nat; r_task : nat;
  r_input : nat; r_output : nat; r_answered : bool;
  r_mismatches : nat; r_registers_cleared : bool; r_key_destroyed : bool }.

Section Boot.
  (** The predicates of the contracts, of the memory: [keyless] of a task, [is_golden], and that
      stack and registers were clear after every step before the signature. *)
  Variable keyless : nat -> mem -> Prop.
  Variable golden_zone : mem -> Prop.
  Variable cleared : mem -> Prop.
  Variable hash : receipt -> nat.
  Variables boot_id measurement : nat.

  (** A receipt in the log: of which slot, what its life was, and the memory it was signed of. *)
  Record signed := { s_receipt : receipt; s_slot : nat; s_life : list event; s_memory : mem }.

  Record boot := {
    alive : bool;
    sequence : nat;
    previous : nat;             (* 0: none                                             *)
    life : nat -> list event;   (* of each slot, the latest first                      *)
    id : nat -> nat;            (* of the task in the slot; 0: no receipt is owed      *)
    used : list nat;            (* all ids ever drawn                                  *)
    memory : mem;
    log : list signed }.        (* the latest first                                    *)

  Definition set {A} (f : nat -> A) (t : nat) (x : A) : nat -> A :=
    fun u => if u =? t then x else f u.

  Definition begun (m : mem) : boot :=
    {| alive := true; sequence := 0; previous := 0; life := fun _ => []; id := fun _ => 0;
       used := []; memory := m; log := [] |}.

  Inductive step : boot -> boot -> Prop :=
  (* pobf_start: a new task and a drawn id, on a chain that is alive *)
  | started : forall b t i m, alive b = true -> i <> 0 -> after (life b t) = FORGOTTEN ->
      step b {| alive := true; sequence := sequence b; previous := previous b;
                life := set (life b) t (Ev_START :: life b t); id := set (id b) t i;
                used := i :: used b; memory := m; log := log b |}
  (* pobf_bind, pobf_load, pobf_compute, pobf_seal; the function may have done what it likes *)
  | moved : forall b t e m, alive b = true -> e <> Ev_START ->
      next (after (life b t)) e <> FORGOTTEN ->
      step b {| alive := true; sequence := sequence b; previous := previous b;
                life := set (life b) t (e :: life b t); id := id b; used := used b;
                memory := m; log := log b |}
  (* any of them refused or failed: the task is forgotten *)
  | refused : forall b t m, keyless t m ->
      step b {| alive := alive b; sequence := sequence b; previous := previous b;
                life := set (life b) t []; id := id b; used := used b; memory := m; log := log b |}
  (* pobf_end, POBF_OK: its clauses forgotten, golden, signed, counted, and answer of [judge] *)
  | ended : forall b t m r, alive b = true -> id b t <> 0 ->
      keyless t m -> golden_zone m -> cleared m ->
      r_boot r = boot_id -> r_measurement r = measurement ->
      r_sequence r = S (sequence b) -> r_previous r = previous b -> r_task r = id b t ->
      (r_answered r = true <-> after (life b t) = SEALED) ->
      r_mismatches r = 0 -> r_registers_cleared r = true -> r_key_destroyed r = true ->
      step b {| alive := true; sequence := S (sequence b); previous := hash r;
                life := set (life b) t []; id := set (id b) t 0; used := used b; memory := m;
                log := {| s_receipt := r; s_slot := t; s_life := life b t; s_memory := m |}
                       :: log b |}
  (* pobf_end, no receipt: the task is as forgotten and the zone as golden as ever *)
  | unsigned : forall b t m, keyless t m -> (alive b = true -> golden_zone m) ->
      step b {| alive := alive b; sequence := sequence b; previous := previous b;
                life := set (life b) t []; id := id b; used := used b; memory := m; log := log b |}
  (* POBF_E_POISONED, pobf_chain_close *)
  | closed : forall b m,
      step b {| alive := false; sequence := sequence b; previous := previous b;
                life := life b; id := id b; used := used b; memory := m; log := log b |}.

  Inductive reaches (m : mem) : boot -> Prop :=
  | at_first : reaches m (begun m)
  | then_ : forall b b', reaches m b -> step b b' -> reaches m b'.

  (** Every receipt was signed of a memory that was reset, and says so. *)
  Theorem signed_means_reset : forall m b s, reaches m b -> In s (log b) ->
    keyless (s_slot s) (s_memory s) /\ golden_zone (s_memory s) /\ cleared (s_memory s) /\
    r_boot (s_receipt s) = boot_id /\ r_measurement (s_receipt s) = measurement /\
    r_mismatches (s_receipt s) = 0 /\ r_registers_cleared (s_receipt s) = true /\
    r_key_destroyed (s_receipt s) = true.
  Proof.
    intros m b s R. induction R as [|b b' R IH S]; [intros []|].
    destruct S; simpl in *; auto. intros [<-|I]; simpl; auto 10.
  Qed.

  (** A receipt that says that there is an answer has a whole life behind it, in its order. *)
  Theorem answer_means_a_whole_life : forall m b s, reaches m b -> In s (log b) ->
    r_answered (s_receipt s) = true ->
    exists past, s_life s = Ev_SEAL :: Ev_COMPUTE :: Ev_LOAD :: Ev_BIND :: Ev_START :: past.
  Proof.
    intros m b s R. induction R as [|b b' R IH S]; [intros []|].
    destruct S; simpl in *; auto. intros [<-|I]; simpl; auto. intros A.
    destruct (sealed_has_lived_it_all (life b t)) as (past & -> & _); [tauto | eauto].
  Qed.

  (** Numbers run down to 1, and each receipt names the one before it by its hash. *)
  Fixpoint chained (l : list signed) (n last : nat) : Prop :=
    match l with
    | [] => n = 0 /\ last = 0
    | s :: older => r_sequence (s_receipt s) = n /\ hash (s_receipt s) = last /\
                    exists n', n = S n' /\ chained older n' (r_previous (s_receipt s))
    end.

  Theorem receipts_form_a_chain : forall m b, reaches m b ->
    chained (log b) (sequence b) (previous b).
  Proof.
    intros m b R. induction R as [|b b' R IH S]; [simpl; auto|].
    destruct S; simpl in *; auto. split; [auto|]. split; [auto|].
    exists (sequence b). match goal with E : r_previous _ = _ |- _ => rewrite E end. auto.
  Qed.

  (** So a gap shows: where the newest receipt has number n, there are n of them. *)
  Theorem a_gap_shows : forall m b, reaches m b -> length (log b) = sequence b.
  Proof.
    intros m b R. apply receipts_form_a_chain in R. revert R.
    generalize (sequence b) (previous b). induction (log b) as [|s l IH]; simpl.
    - intros n p [-> _]. reflexivity.
    - intros n p (_ & _ & n' & -> & C). f_equal. eapply IH, C.
  Qed.

  (** And where hashes do not collide (A2), the newest receipt pins all before it: who kept that one
      can be shown no other past. *)
  Theorem the_newest_receipt_pins_all : (forall r r', hash r = hash r' -> r = r') ->
    forall l l' n last, chained l n last -> chained l' n last ->
    map s_receipt l = map s_receipt l'.
  Proof.
    intros H. induction l as [|s l IH]; intros [|s' l'] n last C C'; simpl in *; auto.
    - destruct C as [-> _], C' as (_ & _ & n' & E & _). discriminate.
    - destruct C' as [-> _], C as (_ & _ & n' & E & _). discriminate.
    - destruct C as (_ & <- & m & -> & C), C' as (_ & L & m' & E & C').
      injection E as <-. apply H in L. rewrite L in *. f_equal. eapply IH; eassumption.
  Qed.

  (** Closed is for ever: no receipt, no task. *)
  Theorem closed_is_for_ever : forall b b', step b b' -> alive b = false ->
    alive b' = false /\ log b' = log b /\ sequence b' = sequence b.
  Proof. intros b b' S C. destruct S; simpl in *; try congruence; auto. Qed.

  (** ** A task has one receipt

      Where no id is drawn twice: assumption A6. *)
  Definition ids (l : list signed) := map (fun s => r_task (s_receipt s)) l.

  (** An id that is still owed a receipt is in one slot, and in no receipt. *)
  Definition owed_once (b : boot) :=
    NoDup (ids (log b)) /\ (forall i, In i (ids (log b)) -> In i (used b)) /\
    (forall t, id b t <> 0 -> In (id b t) (used b) /\ ~ In (id b t) (ids (log b))) /\
    (forall t u, id b t <> 0 -> id b t = id b u -> t = u).

  Lemma always_owed_once : forall m b, reaches m b -> NoDup (used b) -> owed_once b.
  Proof.
    intros m b R. induction R as [|b b' R IH S]; intros A6.
    { repeat split; simpl; try constructor; intros; tauto. }
    assert (B : NoDup (used b)) by (destruct S; simpl in A6; auto; now inversion A6).
    destruct (IH B) as (N & U & O & D).
    destruct S as [b t i m' L Z A| | |b t m' r L Z| |]; unfold owed_once; simpl in *; auto.
    - (* started: the id is new *)
      assert (F : ~ In i (used b)) by now inversion A6.
      split; [exact N|]. split; [auto|]. unfold set. split.
      + intros u. destruct (u =? t); intros Q; [auto|]. destruct (O u Q). auto.
      + intros u w. destruct (Nat.eqb_spec u t), (Nat.eqb_spec w t); subst; intros Q E; auto.
        * exfalso. apply F. rewrite E in Q |- *. now apply O.
        * exfalso. apply F. rewrite <- E. now apply O.
    - (* ended: the id is spent *)
      match goal with E : r_task r = _ |- _ => rename E into T end. rewrite T.
      destruct (O t Z) as [I X]. split; [now constructor|]. unfold set. split; [|split].
      + intros i [<-|J]; auto.
      + intros u. destruct (Nat.eqb_spec u t); [congruence|]. intros Q. destruct (O u Q) as [J K].
        split; [exact J|]. intros [E|J']; [|auto]. apply n. symmetry. now apply D.
      + intros u w. destruct (Nat.eqb_spec u t), (Nat.eqb_spec w t); subst; intros Q E;
          try congruence.
        now apply D.
  Qed.

  Theorem a_task_has_one_receipt : forall m b s1 s2, reaches m b -> NoDup (used b) ->
    In s1 (log b) -> In s2 (log b) -> r_task (s_receipt s1) = r_task (s_receipt s2) -> s1 = s2.
  Proof.
    intros m b s1 s2 R A6 I1 I2 E. destruct (always_owed_once m b R A6) as [N _].
    unfold ids in N. induction (log b) as [|s l IH]; [destruct I1|].
    inversion N as [|? ? X N']; subst.
    destruct I1 as [<-|I1], I2 as [<-|I2]; auto; exfalso; apply X.
    - rewrite E. now apply (in_map (fun s => r_task (s_receipt s))).
    - rewrite <- E. now apply (in_map (fun s => r_task (s_receipt s))).
  Qed.
End Boot.
