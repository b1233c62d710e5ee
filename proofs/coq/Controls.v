(** * Positive controls

    A theorem with premises that nothing meets says nothing, and a definition that nothing fails
    finds nothing. Here is a machine that meets every premise of [Steps], with an answer that
    depends on the secret; and the same machine with one thing wrong, found. [World] does the same
    for receipts. *)

From Coq Require Import List Arith Lia Bool Permutation.
From Pobf Require Import Forgotten Bytes Steps.
Import ListNotations.

(** ** A machine of four bytes

    A register, the zone, the outbox, the window. The task loads a secret bit, computes its negation
    and puts it out under a one-time pad: the coin. *)
Definition owner (a : nat) : region :=
  match a with 0 | 1 => Wiped | 2 => Declared | 3 => Window | _ => Fixed end.
Definition size := 4.
Definition golden (_ : nat) := 0.

Definition store (a : nat) (f : mem -> nat) (m : mem) : mem :=
  build size (fun b => if b =? a then f m else byte m b).
Definition bit (b : bool) := if b then 1 else 0.
Definition flip (b : nat) := if b =? 0 then 1 else 0.

Definition task (_ : unit) (s c : bool) : list step :=
  [ store 1 (fun _ => bit s);                                  (* LOAD: the input in clear    *)
    store 0 (fun m => flip (byte m 1));                        (* COMPUTE: in a register      *)
    store 2 (fun m => bit (xorb (byte m 0 =? 1) c)) ].         (* SEAL                        *)
Definition wipes : list step := [ store 0 (fun _ => 0); store 1 (fun _ => 0) ].
Definition compare (m : mem) : bool := (byte m 0 =? 0) && (byte m 1 =? 0).
Definition release : step := store 3 (fun m => byte m 2).

(** Another secret gives the same cipher text under another pad. *)
Definition couple (m : mem) (p : Pub unit) (s1 s2 c : bool) : bool := xorb c (xorb s1 s2).
Definition rel (_ : Pub unit) (_ : bool) := tt.

Lemma store_writes : forall (may : region -> Prop) a f, may (owner a) ->
  writes size owner may (store a f).
Proof.
  intros may a f M m L. unfold store. split; [now rewrite build_size|].
  rewrite L. intros b B N. rewrite build_byte by exact B.
  destruct (Nat.eqb_spec b a); [subst; contradiction | reflexivity].
Qed.

Theorem the_premises_are_met :
  PoBF state (Pub unit) bool bool mem (option (list mem * bool)) unit
    (machine size owner unit bool bool task wipes compare release) rel
    (Clean size owner golden) (coupling (Pub unit) bool bool couple).
Proof.
  apply every_step_forgets.
  - intros i s c. repeat (apply Forall_cons; [apply store_writes; simpl; auto|]). apply Forall_nil.
  - repeat (apply Forall_cons; [apply store_writes; reflexivity|]). apply Forall_nil.
  - intros a A O. assert (a = 0 \/ a = 1) as [-> | ->].
    { destruct a as [|[|[|[|a]]]]; simpl in O; auto; discriminate. }
    + split; [exists (store 0 (fun _ => 0)); split; [now left | reflexivity]|].
      intros o m [<-|[<-|[]]] L; auto.
    + split; [exists (store 1 (fun _ => 0)); split; [now right; left | reflexivity]|].
      intros o m [<-|[<-|[]]] L; auto.
  - intros m p s1 s2 c _. reflexivity.
  - intros m [i h] s1 s2 c a _ _ A O. assert (a = 2) as ->.
    { destruct a as [|[|[|[|a]]]]; simpl in O; auto; discriminate. }
    unfold worked. simpl. destruct (h []); [|reflexivity]. destruct (h _); [|reflexivity].
    destruct (h _); [|reflexivity]. simpl. destruct s1, s2, c; reflexivity.
  - intros m L. unfold compare. rewrite andb_true_iff, !Nat.eqb_eq. split.
    + intros [Z0 Z1] a A O. destruct a as [|[|[|[|a]]]]; simpl in O; auto; discriminate.
    + intros G. split; apply G; unfold size; auto; lia.
  - intros m L. apply (store_writes (fun r => r = Declared \/ r = Window)); simpl; auto.
Qed.

Theorem the_coupling_is_fair :
  Fair state (Pub unit) bool bool [false; true] (coupling (Pub unit) bool bool couple).
Proof.
  intros [m|] p s1 s2; unfold coupling, couple; destruct s1, s2; simpl;
    try apply Permutation_refl; apply perm_swap.
Qed.

(** What comes out is of use: who knows the coin reads the answer. *)
Definition lets : Pub unit := (tt, fun _ => Some []).
Definition start : state := Live [0; 0; 0; 0].

Theorem the_answer_comes_out : forall s c,
  fst (fst (machine size owner unit bool bool task wipes compare release start lets s c))
  = [bit (xorb (negb s) c)].
Proof. intros [] []; reflexivity. Qed.

(** ** One thing wrong, and found, whatever the coupling *)
Definition clean_start : Clean size owner golden start.
Proof. split; [reflexivity|]. intros a A _. now destruct a as [|[|[|[|[]]]]]. Qed.

Definition made_of (t : unit -> bool -> bool -> list step) (ws : list step) (cmp : mem -> bool) :=
  machine size owner unit bool bool t ws cmp release.

Ltac found K := intros K N; specialize (N start lets true false true clean_start eq_refl);
  revert N; destruct (K start lets true false true); vm_compute; intros N;
  repeat match goal with H : _ /\ _ |- _ => destruct H end; discriminate.

Notation Leaks t ws cmp := (forall K, ~ NoLeak state (Pub unit) bool bool mem
  (option (list mem * bool)) unit (made_of t ws cmp) rel (Clean size owner golden) K).
Notation LeavesResidue t ws cmp := (forall K, ~ NoResidue state (Pub unit) bool bool mem
  (option (list mem * bool)) unit (made_of t ws cmp) rel (Clean size owner golden) K).

(** An answer that is not sealed. *)
Theorem an_answer_in_clear_leaks : Leaks (fun _ s _ => [store 2 (fun _ => bit s)]) wipes compare.
Proof. found K. Qed.

(** An answer in the window before forgetting: the last window is the same, a step's is not. *)
Theorem a_moment_in_the_window_leaks :
  Leaks (fun _ s _ => [store 3 (fun _ => bit s); store 3 (fun _ => 0)]) wipes compare.
Proof. found K. Qed.

(** The time that it takes, not declared. *)
Theorem the_number_of_steps_leaks :
  Leaks (fun _ s _ => if s then [store 0 (fun _ => 1)] else []) wipes compare.
Proof. found K. Qed.

(** A register that no wipe clears, and a comparison that does not look. *)
Theorem a_register_left_is_residue :
  LeavesResidue task [store 1 (fun _ => 0)] (fun _ => true).
Proof. found K. Qed.

(** The same, and the comparison looks: nothing is released, and the machine is off. *)
Theorem the_comparison_stands_alone : forall c,
  made_of task [store 1 (fun _ => 0)] compare start lets false c = ([0], None, Off).
Proof. intros []; reflexivity. Qed.

(** An outbox in clear, which is not to be wiped. *)
Theorem an_outbox_in_clear_is_residue :
  LeavesResidue (fun _ s _ => [store 2 (fun _ => bit s)]) wipes compare.
Proof. found K. Qed.
