(** * What "forgotten" means

    A machine runs invocations. It is proof-of-being-forgotten, [PoBF], where what the host sees,
    how the invocation ended, and the whole state that is left depend on the secret only through
    what is declared to be released; and every end, normal or not, is a clean state. No tag marks a
    byte as secret: two runs are compared, so implicit flows count.

    Coins are what the enclave draws for itself (keys, nonces, ids) and what the host does not know.
    Two runs on two secrets may look the same only under other coins: a cipher text of one secret is
    a cipher text of the other under another key. So runs are compared along a coupling, a bijection
    of the coins. Where it is the identity, this is plain noninterference. Since a bijection keeps
    every count, the same number of coins leads to every observation: see [forgotten_forever]. *)

From Coq Require Import List Permutation Arith Lia.
Import ListNotations.

Section PoBF.
  Variables State Pub Sec Coin View Exit Rel : Type.

  (** One invocation, whole: a function, so it ends on every path, an abort is one more [Exit]. *)
  Variable run : State -> Pub -> Sec -> Coin -> View * Exit * State.
  (** The declared release: what may be learnt (lengths, status, the pace of the work). *)
  Variable rel : Pub -> Sec -> Rel.
  (** The states in which no task's secret is left. *)
  Variable Clean : State -> Prop.
  (** The coins, each as likely as the other, and the coupling. *)
  Variable coins : list Coin.
  Variable couple : State -> Pub -> Sec -> Sec -> Coin -> Coin.

  Definition view st p s c := fst (fst (run st p s c)).
  Definition ending st p s c := snd (fst (run st p s c)).
  Definition post st p s c := snd (run st p s c).

  Definition NoLeak := forall st p s1 s2 c, Clean st -> rel p s1 = rel p s2 ->
    view st p s1 c = view st p s2 (couple st p s1 s2 c) /\
    ending st p s1 c = ending st p s2 (couple st p s1 s2 c).

  Definition NoResidue := forall st p s1 s2 c, Clean st -> rel p s1 = rel p s2 ->
    post st p s1 c = post st p s2 (couple st p s1 s2 c).

  Definition Closed := forall st p s c, Clean st -> Clean (post st p s c).

  Definition PoBF := NoLeak /\ NoResidue /\ Closed.

  (** The coupling only renames coins. *)
  Definition Fair := forall st p s1 s2, Permutation (map (couple st p s1 s2) coins) coins.

  (** ** The game

      An adversary is the host and all tenants but the victim. He decides each move from all that he
      has seen: to run an invocation of his own, whose coins he is then told; to have the victim's
      next invocation run, on public inputs of his choice; or to look at the complete state. The
      k-th secret of the victim is [v k]. In the end he is given the complete state once more, and
      says yes or no: [judge]. *)
  Inductive action :=
  | Tenant (p : Pub) (s : Sec)
  | Victim (p : Pub)
  | Look.

  Inductive seen :=
  | Ran (w : View) (e : Exit) (c : option Coin)
  | Saw (st : State).

  Variable adversary : list seen -> action.
  Variable judge : list seen -> State -> bool.

  Definition total (f : Coin -> nat) : nat := list_sum (map f coins).

  (** In how many of the coins' outcomes the adversary says yes, after n moves, k of them the
      victim's so far. *)
  Fixpoint wins (n k : nat) (v : nat -> Sec) (st : State) (h : list seen) : nat :=
    match n with
    | 0 => if judge h st then 1 else 0
    | S n' =>
      match adversary h with
      | Look => wins n' k v st (Saw st :: h)
      | Tenant p s => total (fun c =>
          wins n' k v (post st p s c) (Ran (view st p s c) (ending st p s c) (Some c) :: h))
      | Victim p => total (fun c =>
          wins n' (S k) v (post st p (v k) c)
            (Ran (view st p (v k) c) (ending st p (v k) c) None :: h))
      end
    end.

  Lemma total_ext : forall f g, (forall c, f c = g c) -> total f = total g.
  Proof. intros f g E. unfold total. f_equal. apply map_ext. exact E. Qed.

  Lemma list_sum_permutes : forall l l', Permutation l l' -> list_sum l = list_sum l'.
  Proof. induction 1; simpl; lia. Qed.

  Lemma total_renamed : forall f pi,
    Permutation (map pi coins) coins -> total (fun c => f (pi c)) = total f.
  Proof.
    intros f pi P. unfold total. rewrite <- (map_map pi f).
    apply list_sum_permutes, Permutation_map, P.
  Qed.

  (** Forgotten for ever: whatever the adversary does, for however long, before and after, and
      though he reads all of the state in between and in the end, he says yes for one series of
      secrets as often as for any other that releases the same on every public input he
      may choose. *)
  Theorem forgotten_forever : PoBF -> Fair -> forall n k v1 v2 st h,
    Clean st -> (forall i p, rel p (v1 i) = rel p (v2 i)) ->
    wins n k v1 st h = wins n k v2 st h.
  Proof.
    intros (leak & residue & closed) fair n.
    induction n as [|n IH]; intros k v1 v2 st h C R; simpl; [reflexivity|].
    destruct (adversary h) as [p s | p |].
    - apply total_ext. intros c. apply IH; [apply closed, C | exact R].
    - etransitivity; [|exact (total_renamed _ _ (fair st p (v1 k) (v2 k)))].
      apply total_ext. intros c.
      destruct (leak st p (v1 k) (v2 k) c C (R k p)) as [W E]. rewrite W, E.
      rewrite (residue st p (v1 k) (v2 k) c C (R k p)).
      apply IH; [apply closed, C | exact R].
    - apply IH; assumption.
  Qed.

  (** The stronger form that a wipe to one golden state gives: what is left does not depend on the
      secret, on coins or on the release at all. *)
  Theorem one_end_leaves_no_residue : forall gold : State -> State,
    (forall st p s c, Clean st -> post st p s c = gold st) -> NoResidue.
  Proof. intros gold G st p s1 s2 c C _. now rewrite !(G _ _ _ _ C). Qed.
End PoBF.

Arguments Tenant {Pub Sec}.
Arguments Victim {Pub Sec}.
Arguments Look {Pub Sec}.
Arguments Ran {State Coin View Exit}.
Arguments Saw {State Coin View Exit}.
