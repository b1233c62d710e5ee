(** * From bytes to forgetting

    The definition in [Forgotten] speaks of whole states. A contract speaks of bytes. This file is
    the bridge: its premises are sentences about single bytes, each of which has a clause of a
    contract, the comparison or a test behind it (proofs/SOUNDNESS.md has the table), and its
    theorem is [PoBF] of the whole machine.

    A machine is a list of bytes: memory, and registers too, which are addresses like all others.
    Each address has one owner, fixed by the measured image. *)

From Coq Require Import List Arith Lia Bool.
From Pobf Require Import Forgotten.
Import ListNotations.

Definition mem := list nat.
Definition byte (m : mem) (a : nat) : nat := nth a m 0.

Definition build (size : nat) (f : nat -> nat) : mem := map f (seq 0 size).

Lemma build_size : forall size f, length (build size f) = size.
Proof. intros. unfold build. now rewrite map_length, seq_length. Qed.

Lemma build_byte : forall size f a, a < size -> byte (build size f) a = f a.
Proof.
  intros size f a L. unfold byte, build.
  rewrite nth_indep with (d' := f 0) by now rewrite map_length, seq_length.
  rewrite map_nth, seq_nth by assumption. reflexivity.
Qed.

Lemma same_bytes : forall m1 m2, length m1 = length m2 ->
  (forall a, a < length m1 -> byte m1 a = byte m2 a) -> m1 = m2.
Proof. intros m1 m2 L E. apply nth_ext with (d := 0) (d' := 0); assumption. Qed.

Inductive region :=
| Wiped     (* the zone, every key and salt, the steps' stack, registers: brought back to golden *)
| Declared  (* the outbox, the sequence, the last receipt's hash: may say what is released       *)
| Window    (* the host's: cipher text, receipts, offers                                         *)
| Fixed.    (* all else: text, golden image, signing key, boot id: nobody writes it              *)

Section Machine.
  Variable size : nat.
  Variable owner : nat -> region.
  Variable golden : nat -> nat.

  Definition golden_all (m : mem) :=
    forall a, a < size -> owner a = Wiped -> byte m a = golden a.

  Definition window (m : mem) : mem :=
    map (byte m)
      (filter (fun a => match owner a with Window => true | _ => false end) (seq 0 size)).

  (** All that [f] made of [m] is in these regions. *)
  Definition writes_only (may : region -> Prop) (m m' : mem) :=
    length m' = length m /\
    forall a, a < length m -> ~ may (owner a) -> byte m' a = byte m a.

  Variables Pub Sec Coin Exit Rel : Type.
  Variable rel : Pub -> Sec -> Rel.
  Variable couple : mem -> Pub -> Sec -> Sec -> Coin -> Coin.

  (** The work: any function, to any end. Then forgetting, the comparison, and the release. *)
  Variable body : mem -> Pub -> Sec -> Coin -> mem * Exit.
  Variable forget : mem -> mem.
  Variable compare : mem -> bool.
  Variable release : mem -> mem.

  (** Where the comparison fails, nothing is released and the machine is off: it is not a state
      that anything is read from, or run in, again. *)
  Inductive state := Live (m : mem) | Off.

  Definition run (st : state) (p : Pub) (s : Sec) (c : Coin) : mem * option Exit * state :=
    match st with
    | Off => ([], None, Off)
    | Live m =>
      let (worked, e) := body m p s c in
      let forgot := forget worked in
      if compare forgot
      then let out := release forgot in (window out, Some e, Live out)
      else (window forgot, None, Off)
    end.

  Definition clean_mem (m : mem) := length m = size /\ golden_all m.
  Definition Clean (st : state) := match st with Live m => clean_mem m | Off => True end.

  Definition coupling (st : state) (p : Pub) (s1 s2 : Sec) (c : Coin) :=
    match st with Live m => couple m p s1 s2 c | Off => c end.

  (** ** The premises *)

  (** The body writes no fixed byte. *)
  Definition Confined := forall m p s c, clean_mem m ->
    writes_only (fun r => r <> Fixed) m (fst (body m p s c)).

  (** Forgetting writes only what it is to wipe. *)
  Definition WipesOnly := forall m, length m = size ->
    writes_only (fun r => r = Wiped) m (forget m).

  (** The comparison says yes only where every byte to be wiped is golden. *)
  Definition Compared := forall m, length m = size ->
    compare (forget m) = true -> golden_all (forget m).

  (** Whatever the body left, forgetting brings every byte back, and the comparison says so. *)
  Definition Restored := forall m p s c, clean_mem m ->
    compare (forget (fst (body m p s c))) = true.

  (** What is not wiped, and how it ended, depend on the secret only through what is declared. *)
  Definition Released := forall m p s1 s2 c, clean_mem m -> rel p s1 = rel p s2 ->
    let one := body m p s1 c in
    let two := body m p s2 (couple m p s1 s2 c) in
    snd one = snd two /\
    forall a, a < size -> owner a = Declared \/ owner a = Window ->
      byte (fst one) a = byte (fst two) a.

  (** The release writes no byte that was wiped, and no fixed one. *)
  Definition ReleasesOnly := forall m, length m = size ->
    writes_only (fun r => r = Declared \/ r = Window) m (release m).

  Hypothesis confined : Confined.
  Hypothesis wipes_only : WipesOnly.
  Hypothesis compared : Compared.
  Hypothesis releases_only : ReleasesOnly.

  Lemma body_size : forall m p s c, clean_mem m -> length (fst (body m p s c)) = size.
  Proof. intros m p s c C. destruct (confined m p s c C) as [L _]. destruct C. congruence. Qed.

  Lemma forget_size : forall m, length m = size -> length (forget m) = size.
  Proof. intros m L. destruct (wipes_only m L). congruence. Qed.

  (** Nothing is released, and no task runs, unless every byte to be wiped was seen to be golden. It
      needs no premise on what forgetting does: the comparison stands alone. *)
  Theorem alive_means_golden : forall m p s c out, clean_mem m ->
    snd (run (Live m) p s c) = Live out -> clean_mem out.
  Proof.
    intros m p s c out C. pose proof (body_size m p s c C) as L. simpl.
    destruct (body m p s c) as [worked e]; simpl in L.
    pose proof (forget_size worked L) as L'.
    destruct (compare (forget worked)) eqn:K; simpl; intros E; [|discriminate].
    injection E as <-. destruct (releases_only (forget worked) L') as [L2 W].
    split; [congruence|]. intros a A O.
    rewrite W; [|congruence|intros [D|D]; congruence].
    exact (compared worked L K a A O).
  Qed.

  Hypothesis released : Released.

  (** After a comparison that said yes, two runs that release the same are one. *)
  Lemma one_memory : forall m p s1 s2 c, clean_mem m -> rel p s1 = rel p s2 ->
    let one := forget (fst (body m p s1 c)) in
    let two := forget (fst (body m p s2 (couple m p s1 s2 c))) in
    compare one = true -> compare two = true -> one = two.
  Proof.
    intros m p s1 s2 c C R one two K1 K2.
    pose proof (body_size m p s1 c C) as L1.
    pose proof (body_size m p s2 (couple m p s1 s2 c) C) as L2.
    destruct (released m p s1 s2 c C R) as [_ D].
    destruct (wipes_only _ L1) as [S1 W1], (wipes_only _ L2) as [S2 W2].
    apply same_bytes; unfold one, two; [congruence|].
    rewrite S1, L1. intros a A.
    destruct (owner a) eqn:O.
    - rewrite (compared _ L1 K1 a A O), (compared _ L2 K2 a A O). reflexivity.
    - rewrite W1, W2 by congruence. apply D; auto.
    - rewrite W1, W2 by congruence. apply D; auto.
    - destruct (confined m p s1 c C) as [_ F1].
      destruct (confined m p s2 (couple m p s1 s2 c) C) as [_ F2].
      destruct C as [S _]. rewrite W1, W2, F1, F2 by (try congruence; rewrite S; exact A).
      reflexivity.
  Qed.

  Hypothesis restored : Restored.

  (** Confined, wiped whole, released as declared: forgotten. *)
  Theorem confined_wipe_forgets :
    PoBF state Pub Sec Coin mem (option Exit) Rel run rel Clean coupling.
  Proof.
    assert (same : forall st p s1 s2 c, Clean st -> rel p s1 = rel p s2 ->
                   run st p s1 c = run st p s2 (coupling st p s1 s2 c)).
    { intros [m|] p s1 s2 c C R; [|reflexivity].
      destruct (released m p s1 s2 c C R) as [E _].
      pose proof (one_memory m p s1 s2 c C R (restored m p s1 c C)
                    (restored m p s2 (couple m p s1 s2 c) C)) as M.
      simpl. destruct (body m p s1 c) as [m1 e1].
      destruct (body m p s2 (couple m p s1 s2 c)) as [m2 e2]. simpl in *. subst e2.
      rewrite M. reflexivity. }
    repeat split; unfold view, ending; try (rewrite (same st p s1 s2 c); auto; reflexivity).
    - intros st p s1 s2 c C R. unfold post. now rewrite (same st p s1 s2 c C R).
    - intros [m|] p s c C; [|exact I]. unfold post.
      destruct (snd (run (Live m) p s c)) eqn:E; [|exact I].
      exact (alive_means_golden m p s c _ C E).
  Qed.
End Machine.

(** ** A wipe whose extent is a parameter is not enough

    A wipe that misses one address of the machine, be it that the caller said how far to go, leaves
    a body that writes nowhere else and is not forgotten. So bounds are constants of the image. *)
Definition partial_wipe (size : nat) (covers : nat -> bool) (golden : nat -> nat) (m : mem) : mem :=
  build size (fun a => if covers a then golden a else byte m a).

Definition wiped_by (wipe : mem -> mem) (body : mem -> nat -> mem) :=
  fun (m : mem) (_ : unit) (s : nat) (_ : unit) => (@nil nat, tt, wipe (body m s)).

Theorem partial_wipe_insufficient : forall size covers golden hole,
  hole < size -> covers hole = false ->
  exists body, (forall m s a, a < size -> a <> hole -> byte (body m s) a = byte m a) /\
    ~ NoResidue mem unit nat unit (list nat) unit unit
        (wiped_by (partial_wipe size covers golden) body) (fun _ _ => tt)
        (fun m => length m = size /\ forall a, a < size -> byte m a = golden a)
        (fun _ _ _ _ c => c).
Proof.
  intros size covers golden hole L H.
  exists (fun m s => build size (fun a => if a =? hole then s else byte m a)). split.
  - intros m s a A N. rewrite build_byte by exact A. now apply Nat.eqb_neq in N as ->.
  - intros NR. specialize (NR (build size golden) tt 1 2 tt).
    assert (E : byte (partial_wipe size covers golden
                  (build size (fun a => if a =? hole then 1 else byte (build size golden) a))) hole
              = byte (partial_wipe size covers golden
                  (build size (fun a => if a =? hole then 2 else byte (build size golden) a)))
                hole).
    { f_equal. apply NR; [|reflexivity]. split; [apply build_size|].
      intros a A. now apply build_byte. }
    unfold partial_wipe in E. rewrite !build_byte, H, Nat.eqb_refl in E by exact L.
    discriminate.
Qed.

(** The case seen in the wild: the first [extent] bytes, as many as the caller asks for. *)
Theorem bounded_wipe_insufficient : forall size golden extent, extent < size ->
  exists body, (forall m s a, a < size -> a <> extent -> byte (body m s) a = byte m a) /\
    ~ NoResidue mem unit nat unit (list nat) unit unit
        (wiped_by (partial_wipe size (fun a => a <? extent) golden) body) (fun _ _ => tt)
        (fun m => length m = size /\ forall a, a < size -> byte m a = golden a)
        (fun _ _ _ _ c => c).
Proof.
  intros size golden extent L. apply partial_wipe_insufficient; [exact L|]. apply Nat.ltb_irrefl.
Qed.
