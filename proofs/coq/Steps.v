(** * Step by step

    [Bytes] looks at an invocation from its two ends. The host does not: he reads his window
    at every moment, writes into it at every moment, and kills the task when he likes. Here an
    invocation is a list of small steps, each a store or a register changed, and the host moves
    before each. What he sees is the window after every single step.

    The premises are now sentences about one step. The theorem is that this machine is an instance
    of [confined_wipe_forgets], with all the intermediate windows, and how the task ended, in its
    [Exit]; so it is [PoBF] too, and [forgotten_forever] holds of it.

    Time is the number of steps. It is not hidden: it must be part of what is declared ([Paced]). *)

From Coq Require Import List Arith Lia Bool.
From Pobf Require Import Forgotten Bytes.
Import ListNotations.

Section Steps.
  Variable size : nat.
  Variable owner : nat -> region.
  Variable golden : nat -> nat.

  Notation window := (window size owner).
  Notation clean_mem := (clean_mem size owner golden).

  Definition step := mem -> mem.
  Definition writes (may : region -> Prop) (o : step) :=
    forall m, length m = size -> writes_only owner may m (o m).

  (** The host sees the windows so far, the latest first. He writes to his window, or kills. *)
  Definition host := list mem -> option mem.

  Definition put (w m : mem) : mem :=
    build size (fun a => match owner a with Window => byte w a | _ => byte m a end).

  (** The work, as far as the host lets it go; true where it came to its end. *)
  Fixpoint work (h : host) (task : list step) (m : mem) (trace : list mem)
    : mem * list mem * bool :=
    match task with
    | [] => (m, trace, true)
    | o :: rest =>
      match h trace with
      | None => (m, trace, false)
      | Some w => let m' := o (put w m) in work h rest m' (window m' :: trace)
      end
    end.

  (** Forgetting. The host may still write to his window; he cannot stop it. *)
  Fixpoint wipe (h : host) (wipes : list step) (m : mem) (trace : list mem) : mem * list mem :=
    match wipes with
    | [] => (m, trace)
    | o :: rest =>
      let m' := o (match h trace with Some w => put w m | None => m end) in
      wipe h rest m' (window m' :: trace)
    end.

  Variables Input Sec Coin Rel : Type.
  Definition Pub : Type := Input * host.
  Variable rel : Pub -> Sec -> Rel.
  Variable couple : mem -> Pub -> Sec -> Sec -> Coin -> Coin.
  Variable task : Input -> Sec -> Coin -> list step.
  Variable wipes : list step.
  Variable compare : mem -> bool.
  Variable release : mem -> mem.

  Definition worked m (p : Pub) s c := work (snd p) (task (fst p) s c) m [].

  Definition body (m : mem) (p : Pub) (s : Sec) (c : Coin) : mem * (list mem * bool) :=
    let '(m1, trace, ended) := worked m p s c in
    let (m2, whole) := wipe (snd p) wipes m1 trace in (m2, (whole, ended)).

  (** ** The premises, a step at a time *)

  (** The work writes neither fixed bytes nor the window; a wipe writes what it is to wipe. *)
  Definition StepsConfined := forall i s c,
    Forall (writes (fun r => r = Wiped \/ r = Declared)) (task i s c).
  Definition WipesConfined := Forall (writes (fun r => r = Wiped)) wipes.

  (** Every byte to be wiped has its wipe, and no wipe makes it anything else than golden. *)
  Definition Exhaustive := forall a, a < size -> owner a = Wiped ->
    (exists o, In o wipes /\ forall m, length m = size -> byte (o m) a = golden a) /\
    forall o m, In o wipes -> length m = size ->
      byte (o m) a = byte m a \/ byte (o m) a = golden a.

  (** How many steps it takes is declared. *)
  Definition Paced := forall m p s1 s2 c, rel p s1 = rel p s2 ->
    length (task (fst p) s1 c) = length (task (fst p) s2 (couple m p s1 s2 c)).

  (** Wherever the host stops it, the declared bytes say no more than what is declared. *)
  Definition DeclaredBytes := forall m p s1 s2 c a, clean_mem m -> rel p s1 = rel p s2 ->
    a < size -> owner a = Declared ->
    byte (fst (fst (worked m p s1 c))) a
    = byte (fst (fst (worked m p s2 (couple m p s1 s2 c)))) a.

  Definition Comparing := forall m, length m = size ->
    (compare m = true <-> golden_all size owner golden m).
  Definition Releasing := ReleasesOnly size owner release.

  Lemma put_size : forall w m, length (put w m) = size.
  Proof. intros. apply build_size. Qed.

  Lemma put_byte : forall w m a, a < size -> owner a <> Window -> byte (put w m) a = byte m a.
  Proof. intros w m a A O. unfold put. rewrite build_byte by exact A. now destruct (owner a). Qed.

  Lemma put_window : forall w m a, a < size -> owner a = Window -> byte (put w m) a = byte w a.
  Proof. intros w m a A O. unfold put. rewrite build_byte, O by exact A. reflexivity. Qed.

  Definition same_window (m1 m2 : mem) :=
    forall a, a < size -> owner a = Window -> byte m1 a = byte m2 a.

  Lemma same_window_seen : forall m1 m2, same_window m1 m2 -> window m1 = window m2.
  Proof.
    intros m1 m2 E. unfold Bytes.window. apply map_ext_in. intros a I.
    apply filter_In in I as [A O]. apply in_seq in A. apply E; [lia|]. now destruct (owner a).
  Qed.

  Lemma put_same_window : forall w m1 m2, same_window (put w m1) (put w m2).
  Proof. intros w m1 m2 a A O. now rewrite !put_window. Qed.

  Lemma step_same_window : forall may o1 o2 m1 m2, ~ may Window -> writes may o1 -> writes may o2 ->
    length m1 = size -> length m2 = size -> same_window m1 m2 -> same_window (o1 m1) (o2 m2).
  Proof.
    intros may o1 o2 m1 m2 N W1 W2 L1 L2 E a A O.
    destruct (W1 m1 L1) as [_ F1], (W2 m2 L2) as [_ F2].
    rewrite F1, F2 by congruence. now apply E.
  Qed.

  Definition confined := writes (fun r => r = Wiped \/ r = Declared).

  (** What a list of steps may write, it may write in any company of the host's. *)
  Lemma work_keeps : forall h t m trace, Forall confined t -> length m = size ->
    length (fst (fst (work h t m trace))) = size /\
    forall a, a < size -> owner a = Fixed -> byte (fst (fst (work h t m trace))) a = byte m a.
  Proof.
    induction t as [|o t IH]; intros m trace F L; simpl; [auto|].
    destruct (h trace) as [w|]; [|auto].
    inversion F as [|? ? W F']; subst. destruct (W _ (put_size w m)) as [S K].
    rewrite put_size in S, K. destruct (IH _ (window (o (put w m)) :: trace) F' S) as [S' K'].
    split; [exact S'|]. intros a A O. rewrite K', K, put_byte; auto; try congruence.
    rewrite O. intros [|]; discriminate.
  Qed.

  (** Until the comparison has said yes, the host sees nothing but what he wrote himself: two tasks
      of the same length look the same to him, whatever they work on and whatever they declare. *)
  Theorem nothing_leaves_before_forgetting : forall h t1 t2 m1 m2 trace,
    length t1 = length t2 -> Forall confined t1 -> Forall confined t2 ->
    length m1 = size -> length m2 = size -> same_window m1 m2 ->
    let one := work h t1 m1 trace in
    let two := work h t2 m2 trace in
    snd (fst one) = snd (fst two) /\ snd one = snd two /\
    same_window (fst (fst one)) (fst (fst two)).
  Proof.
    induction t1 as [|o1 t1 IH]; intros [|o2 t2] m1 m2 trace E F1 F2 L1 L2 W; simpl in *;
      try discriminate; auto.
    destruct (h trace) as [w|]; [|auto].
    inversion F1 as [|? ? W1 F1']; inversion F2 as [|? ? W2 F2']; subst.
    assert (S : same_window (o1 (put w m1)) (o2 (put w m2))).
    { eapply step_same_window; eauto using put_size, put_same_window. intros [|]; discriminate. }
    rewrite (same_window_seen _ _ S). apply IH; auto.
    - destruct (W1 _ (put_size w m1)). rewrite put_size in *. congruence.
    - destruct (W2 _ (put_size w m2)). rewrite put_size in *. congruence.
  Qed.

  (** One move of the host while it is wiped. *)
  Definition moved (h : host) (trace : list mem) (m : mem) : mem :=
    match h trace with Some w => put w m | None => m end.

  Lemma moved_size : forall h trace m, length m = size -> length (moved h trace m) = size.
  Proof. intros h trace m L. unfold moved. destruct (h trace); [apply put_size | exact L]. Qed.

  Lemma moved_byte : forall h trace m a, a < size -> owner a <> Window ->
    byte (moved h trace m) a = byte m a.
  Proof.
    intros h trace m a A O. unfold moved. destruct (h trace); [now apply put_byte | reflexivity].
  Qed.

  Lemma moved_same_window : forall h trace m1 m2, same_window m1 m2 ->
    same_window (moved h trace m1) (moved h trace m2).
  Proof.
    intros h trace m1 m2 E. unfold moved.
    destruct (h trace); [apply put_same_window | exact E].
  Qed.

  Lemma wipe_keeps : forall h ws m trace,
    Forall (writes (fun r => r = Wiped)) ws -> length m = size ->
    length (fst (wipe h ws m trace)) = size /\
    forall a, a < size -> owner a = Fixed \/ owner a = Declared ->
      byte (fst (wipe h ws m trace)) a = byte m a.
  Proof.
    induction ws as [|o ws IH]; intros m trace F L; simpl; [auto|].
    inversion F as [|? ? W F']; subst. fold (moved h trace m).
    pose proof (moved_size h trace m L) as M. destruct (W _ M) as [S K]. rewrite M in S, K.
    destruct (IH _ (window (o (moved h trace m)) :: trace) F' S) as [S' K'].
    split; [exact S'|]. intros a A O.
    assert (N : owner a <> Window /\ owner a <> Wiped)
      by (destruct O as [-> | ->]; split; discriminate).
    rewrite K', K, moved_byte; tauto.
  Qed.

  Lemma wipe_same_window : forall h ws m1 m2 trace,
    Forall (writes (fun r => r = Wiped)) ws -> length m1 = size -> length m2 = size ->
    same_window m1 m2 ->
    snd (wipe h ws m1 trace) = snd (wipe h ws m2 trace) /\
    same_window (fst (wipe h ws m1 trace)) (fst (wipe h ws m2 trace)).
  Proof.
    induction ws as [|o ws IH]; intros m1 m2 trace F L1 L2 E; simpl; [auto|].
    inversion F as [|? ? W F']; subst. fold (moved h trace m1) (moved h trace m2).
    pose proof (moved_size h trace m1 L1) as M1. pose proof (moved_size h trace m2 L2) as M2.
    assert (S : same_window (o (moved h trace m1)) (o (moved h trace m2))).
    { eapply step_same_window; eauto using moved_same_window. discriminate. }
    rewrite (same_window_seen _ _ S). destruct (W _ M1), (W _ M2). apply IH; auto; congruence.
  Qed.

  (** Once golden, golden; and every byte's own wipe comes. *)
  Lemma wipe_reaches : forall h a, a < size -> owner a = Wiped ->
    forall ws m trace, Forall (writes (fun r => r = Wiped)) ws -> length m = size ->
    (forall o m, In o ws -> length m = size ->
      byte (o m) a = byte m a \/ byte (o m) a = golden a) ->
    byte m a = golden a \/
      (exists o, In o ws /\ forall m, length m = size -> byte (o m) a = golden a) ->
    byte (fst (wipe h ws m trace)) a = golden a.
  Proof.
    intros h a A O. induction ws as [|o ws IH]; intros m trace F L K G; simpl.
    - destruct G as [G|(? & [] & _)]. exact G.
    - inversion F as [|? ? W F']; subst. fold (moved h trace m).
      pose proof (moved_size h trace m L) as M. destruct (W _ M) as [S _].
      apply IH; [exact F' | congruence | intros; apply K; simpl; auto |].
      destruct G as [G|(o' & [->|I] & G)].
      + left. destruct (K o _ (or_introl eq_refl) M) as [-> | ->]; [|reflexivity].
        rewrite moved_byte by congruence. exact G.
      + left. now apply G.
      + right. eauto.
  Qed.

  Hypothesis steps_confined : StepsConfined.
  Hypothesis wipes_confined : WipesConfined.
  Hypothesis exhaustive : Exhaustive.
  Hypothesis paced : Paced.
  Hypothesis declared : DeclaredBytes.
  Hypothesis comparing : Comparing.
  Hypothesis releasing : Releasing.

  Lemma body_is : forall m p s c,
    fst (body m p s c)
      = fst (wipe (snd p) wipes (fst (fst (worked m p s c))) (snd (fst (worked m p s c)))) /\
    snd (body m p s c)
      = (snd (wipe (snd p) wipes (fst (fst (worked m p s c))) (snd (fst (worked m p s c)))),
         snd (worked m p s c)).
  Proof.
    intros m p s c. unfold body. destruct (worked m p s c) as [[m1 t1] e]. simpl.
    destruct (wipe (snd p) wipes m1 t1). auto.
  Qed.

  (** The big step of [Bytes] is these small steps. *)
  Definition machine :=
    run size owner Pub Sec Coin (list mem * bool) body (fun m => m) compare release.

  Theorem every_step_forgets :
    PoBF state Pub Sec Coin mem (option (list mem * bool)) Rel machine rel
         (Clean size owner golden) (coupling Pub Sec Coin couple).
  Proof.
    apply confined_wipe_forgets.
    - intros m p s c [L _]. destruct (body_is m p s c) as [-> _].
      destruct (work_keeps (snd p) (task (fst p) s c) m [] (steps_confined _ _ _) L) as [S K].
      destruct (wipe_keeps (snd p) wipes _ (snd (fst (worked m p s c))) wipes_confined S)
        as [S' K'].
      fold (worked m p s c) in S, S', K, K'. split; [congruence|]. rewrite L. intros a A O.
      assert (F : owner a = Fixed) by (destruct (owner a); auto; exfalso; apply O; discriminate).
      rewrite K' by auto. now apply K.
    - intros m L. now split.
    - intros m L E. now apply comparing.
    - exact releasing.
    - intros m p s1 s2 c C R one two. unfold one, two.
      destruct (body_is m p s1 c) as [-> ->], (body_is m p s2 (couple m p s1 s2 c)) as [-> ->].
      pose proof C as [L _].
      destruct (work_keeps (snd p) _ m [] (steps_confined (fst p) s1 c) L) as [S1 _].
      destruct (work_keeps (snd p) _ m [] (steps_confined (fst p) s2 (couple m p s1 s2 c)) L)
        as [S2 _].
      destruct (nothing_leaves_before_forgetting (snd p) _ _ m m [] (paced m p s1 s2 c R)
                  (steps_confined _ _ _) (steps_confined _ _ _) L L (fun a _ _ => eq_refl))
        as (T & E & W).
      fold (worked m p s1 c) (worked m p s2 (couple m p s1 s2 c)) in *.
      rewrite T, E.
      destruct (wipe_same_window (snd p) wipes _ _ (snd (fst (worked m p s2 (couple m p s1 s2 c))))
                  wipes_confined S1 S2 W) as [-> W'].
      split; [reflexivity|]. intros a A [O|O]; [|now apply W'].
      rewrite (proj2 (wipe_keeps _ _ _ _ wipes_confined S1)) by auto.
      rewrite (proj2 (wipe_keeps _ _ _ _ wipes_confined S2)) by auto.
      now apply declared.
    - intros m p s c [L _]. destruct (body_is m p s c) as [-> _].
      destruct (work_keeps (snd p) _ m [] (steps_confined (fst p) s c) L) as [S _].
      fold (worked m p s c) in S.
      destruct (wipe_keeps (snd p) wipes _ (snd (fst (worked m p s c))) wipes_confined S) as [S' _].
      apply comparing; [exact S'|]. intros a A O.
      destruct (exhaustive a A O) as [G K]. apply wipe_reaches; auto.
  Qed.

  (** And so: whoever is the host, at every step, and all other tenants, and reads the complete
      state before, between and after, cannot tell which secrets the victim had. *)
  Theorem every_step_is_forgotten_forever : forall coins adversary judge,
    Fair state Pub Sec Coin coins (coupling Pub Sec Coin couple) ->
    forall n k v1 v2 st h, Clean size owner golden st ->
    (forall i p, rel p (v1 i) = rel p (v2 i)) ->
    wins state Pub Sec Coin mem (option (list mem * bool)) machine coins adversary judge
      n k v1 st h
    = wins state Pub Sec Coin mem (option (list mem * bool)) machine coins adversary judge
        n k v2 st h.
  Proof.
    intros coins adversary judge.
    exact (forgotten_forever _ _ _ _ _ _ _ _ _ _ _ _ _ _ every_step_forgets).
  Qed.
End Steps.
