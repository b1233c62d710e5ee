(** * The life of a task

    [Table] is generated from contracts/lifecycle.h, from which the C table and the predicate
    [is_move] of the contracts come too. This file proves what the rest of the theory and
    the reader of the table rely on: that the C table and the relation agree, that the life has one
    order, and that an answer can only come at the end of a whole life. A row that is added, lost
    or bent in the table breaks a proof here. *)

From Coq Require Import List.
From Pobf Require Import Table.
Import ListNotations.

(** The relation is a function: from one state one event leads to one state. *)
Theorem move_is_a_function : forall s e t u, move s e t -> move s e u -> t = u.
Proof. intros s e t u A B. destruct A; inversion B; reflexivity. Qed.

(** [next] is the C table: what is not listed is FORGOTTEN, the value zero. It agrees with the
    relation in every state, on every event: the contract of [pobf_lifecycle_next]. *)
Theorem next_is_the_relation : forall s e t,
  t <> FORGOTTEN -> (next s e = t <-> move s e t).
Proof.
  intros s e t N. split.
  - intros <-. destruct s, e; try constructor; exfalso; apply N; reflexivity.
  - intros M. destruct M; reflexivity.
Qed.

Theorem every_listed_move_is_made : forall s e t, move s e t -> next s e = t.
Proof. intros s e t M. destruct M; reflexivity. Qed.

(** The only way out of FORGOTTEN is a new task. *)
Theorem only_start_leaves_forgotten : forall e t, move FORGOTTEN e t -> e = Ev_START /\ t = FRESH.
Proof. intros e t M. inversion M; auto. Qed.

(** A task is loaded, and so holds the input, only through a key that was agreed. *)
Theorem input_needs_a_bound_key : forall s e, move s e LOADED -> s = BOUND.
Proof. intros s e M. inversion M; reflexivity. Qed.

(** ** Whole lives

    A history is what happened to one task slot, the latest first. An event that is not listed
    leads to FORGOTTEN, from everywhere. *)
Fixpoint after (h : list event) : state :=
  match h with
  | [] => FORGOTTEN
  | e :: past => next (after past) e
  end.

Lemma the_last_event : forall h t, after h = t -> t <> FORGOTTEN ->
  exists e past, h = e :: past /\ move (after past) e t.
Proof.
  intros [|e past] t A N; simpl in A; [congruence|].
  exists e, past. split; [reflexivity|]. now apply next_is_the_relation.
Qed.

(** Who is SEALED has lived all of it, in this order, with nothing in between. *)
Ltac step_back A to from event :=
  apply the_last_event in A as (? & ? & -> & A); [|discriminate];
  match type of A with
  | move ?s ?e to => assert (s = from /\ e = event) as [? ->] by (inversion A; auto)
  end; clear A; match goal with E : _ = from |- _ => rename E into A end.

Theorem sealed_has_lived_it_all : forall h, after h = SEALED ->
  exists past, h = Ev_SEAL :: Ev_COMPUTE :: Ev_LOAD :: Ev_BIND :: Ev_START :: past
               /\ after past = FORGOTTEN.
Proof.
  intros h A.
  step_back A SEALED COMPUTED Ev_SEAL. step_back A COMPUTED LOADED Ev_COMPUTE.
  step_back A LOADED BOUND Ev_LOAD. step_back A BOUND FRESH Ev_BIND.
  step_back A FRESH FORGOTTEN Ev_START. eauto.
Qed.

(** No step is made twice: the second ends the life. *)
Theorem no_step_twice : forall s e t, move s e t -> next t e = FORGOTTEN.
Proof. intros s e t M. destruct M; reflexivity. Qed.
