(** * What an accepted receipt says

    The verifier looks at evidence, an offer, a receipt and what the provider kept of the exchange,
    and gives one verdict over one list of checks. [Checks] is that list, generated from
    verifier/appraisal/judge.h. The theorem: where the verdict is yes, and the assumptions A1 to A6
    hold, there is an invocation of a genuine enclave, this one and no other, at whose end every
    byte that it was to wipe was golden; and the receipt was signed only then.

    The assumptions are premises of the theorem, one field each, not axioms. *)

From Coq Require Import List Arith.
From Pobf Require Import Table Life Bytes Chain Checks.
Import ListNotations.

(** ** The verdict *)
Inductive result := NotEvaluated | Fail | Pass.
Inductive verdict := CannotTell | Refused | Affirmed.

(** For one invocation all but the optional checks are mandatory. *)
Definition mandatory (c : check) := match from c with From_NEVER => false | _ => true end.

Definition failed r := match r with Fail => true | _ => false end.
Definition passed r := match r with Pass => true | _ => false end.

Definition judge (results : check -> result) : verdict :=
  if existsb (fun c => failed (results c)) all_checks then Refused
  else if forallb (fun c => passed (results c) || negb (mandatory c))%bool all_checks
  then Affirmed else CannotTell.

Lemma every_check_is_listed : forall c, In c all_checks.
Proof. intros c. unfold all_checks. destruct c; simpl; tauto. Qed.

(** Nothing is accepted because something was missing. *)
Theorem affirmed_means_that_all_passed : forall results c,
  judge results = Affirmed -> mandatory c = true -> results c = Pass.
Proof.
  intros results c J M. unfold judge in J.
  destruct (existsb _ _); [discriminate|]. destruct (forallb _ _) eqn:F; [|discriminate].
  rewrite forallb_forall in F. specialize (F c (every_check_is_listed c)).
  rewrite M in F. destruct (results c); simpl in F; congruence.
Qed.

(** One failed check is enough to refuse, mandatory or not. *)
Theorem a_failure_refuses : forall results c, results c = Fail -> judge results = Refused.
Proof.
  intros results c F. unfold judge. destruct (existsb _ _) eqn:E; [reflexivity|].
  assert (X : existsb (fun c => failed (results c)) all_checks = true).
  { apply existsb_exists. exists c. split; [apply every_check_is_listed | now rewrite F]. }
  congruence.
Qed.

(** ** The world *)
Record evidence := { v_boot : nat; v_measurement : nat; v_monitor : nat; v_key : nat }.
Inductive message := Offer (boot task : nat) | OfReceipt (r : receipt).

(** What the provider holds: what he got, and what he kept. *)
Record bundle := {
  b_evidence : evidence; b_offer_boot : nat; b_offer_task : nat; b_receipt : receipt;
  b_sent : nat; b_answer : option nat; b_input_salt : nat; b_output_salt : nat;
  b_measurement : nat; b_monitor : nat }.    (* the reference values *)

Section Soundness.
  Variable size : nat.
  Variable owner : nat -> nat -> region.       (* of a slot's task: of each address *)
  Variable golden : nat -> nat.
  Variables in_zone in_scratch : nat -> Prop.  (* the function's memory; stack and registers *)
  Variable holds_keys : nat -> nat -> Prop.    (* of a slot: the keys and salts of its task *)

  Definition brought_back (where_ : nat -> Prop) (m : mem) :=
    forall a, a < size -> where_ a -> byte m a = golden a.

  Variable hash : receipt -> nat.
  Variable commit : nat -> nat -> nat.
  Variable platform_verifies : evidence -> bool.
  Variable verifies : nat -> message -> bool.

  (** An enclave: what was launched, its key, and its boot so far. *)
  Record enclave := { e_evidence : evidence; e_first : mem; e_boot : boot }.
  Variable genuine : enclave -> Prop.
  Variable has_signed : enclave -> message -> Prop.
  Variable prover_says_yes : nat -> Prop.        (* the certificate of a monitor       *)
  Variable source_keeps_contracts : nat -> Prop. (* of the source that it is built of  *)

  (** The monitor does what the contracts say, and signs nothing but what they say. *)
  Definition contracts_hold (e : enclave) :=
    reaches (fun t => brought_back (holds_keys t)) (brought_back in_zone) (brought_back in_scratch)
            hash (v_boot (e_evidence e)) (v_measurement (e_evidence e)) (e_first e) (e_boot e) /\
    forall r, has_signed e (OfReceipt r) -> exists s, In s (log (e_boot e)) /\ s_receipt s = r.

  Record assumptions := {
    (* the platform isolates, and vouches only for what was launched *)
    A1 : forall v, platform_verifies v = true -> exists e, genuine e /\ e_evidence e = v;
    (* signatures are not forged; commitments bind *)
    A2_signature : forall e m,
      genuine e -> verifies (v_key (e_evidence e)) m = true -> has_signed e m;
    A2_binding : forall salt x y, commit salt x = commit salt y -> x = y;
    (* the binary does what the source says *)
    A3 : forall e,
      genuine e -> source_keeps_contracts (v_monitor (e_evidence e)) -> contracts_hold e;
    (* the map is complete: what is to be wiped is zone, key, or stack and registers *)
    A4 : forall t a, a < size -> owner t a = Wiped -> in_zone a \/ holds_keys t a \/ in_scratch a;
    (* the provers are right *)
    A5 : forall monitor, prover_says_yes monitor -> source_keeps_contracts monitor;
    (* ids are drawn, not chosen: none comes twice *)
    A6 : forall e, genuine e -> NoDup (used (e_boot e)) }.

  (** What each check finds where it passes. Those that are [True] here are for freshness, for the
      channel and for the parsers: they are not needed for what follows. *)
  Definition holds (b : bundle) (c : check) : Prop :=
    let r := b_receipt b in
    let v := b_evidence b in
    match c with
    | EVIDENCE_SIGNATURE => platform_verifies v = true
    | EVIDENCE_MEASUREMENT => v_measurement v = b_measurement b
    | EVIDENCE_MONITOR => v_monitor v = b_monitor b
    | OFFER_SIGNATURE => verifies (v_key v) (Offer (b_offer_boot b) (b_offer_task b)) = true
    | OFFER_BOOT_ID => b_offer_boot b = v_boot v
    | RECEIPT_SIGNATURE => verifies (v_key v) (OfReceipt r) = true
    | RECEIPT_BOOT_ID => r_boot r = v_boot v
    | RECEIPT_MEASUREMENT => r_measurement r = v_measurement v
    | RECEIPT_TASK_ID => r_task r = b_offer_task b
    | RECEIPT_INPUT => r_input r = commit (b_input_salt b) (b_sent b) \/
                       r_input r = 0 /\ r_answered r = false
    | RECEIPT_OUTPUT => match b_answer b with
                        | Some x => r_output r = commit (b_output_salt b) x
                        | None => r_output r = 0
                        end
    | RECEIPT_EXIT => r_answered r = match b_answer b with Some _ => true | None => false end
    | RECEIPT_MISMATCHES => r_mismatches r = 0
    | RECEIPT_REGISTERS => r_registers_cleared r = true
    | RECEIPT_KEY => r_key_destroyed r = true
    | EVIDENCE_PARSE | EVIDENCE_PLATFORM | EVIDENCE_NONCE | EVIDENCE_REPORT_DATA | EVIDENCE_POLICY
    | EVIDENCE_CHANNEL_KEY | EVIDENCE_CERTIFICATE | OFFER_PARSE | EXCHANGE_PARSE | RECEIPT_PARSE
    | RECEIPT_POLICY | RECEIPT_RESTORED | RECEIPT_SEQUENCE | RECEIPT_PREVIOUS
    | CERTIFICATE_MEASUREMENT | CERTIFICATE_POLICY | CERTIFICATE_MONITOR => True
    end.

  (** An invocation that ended in a reset: of this enclave, with this receipt. *)
  Definition reset (e : enclave) (s : signed) (r : receipt) :=
    genuine e /\ In s (log (e_boot e)) /\ s_receipt s = r /\
    golden_all size (owner (s_slot s)) golden (s_memory s).

  Theorem receipt_soundness : forall b results,
    assumptions ->
    prover_says_yes (b_monitor b) ->
    (forall c, results c = Pass -> holds b c) ->
    judge results = Affirmed ->
    exists e s, reset e s (b_receipt b) /\
      (* of the function that was wanted, and of the task that was offered *)
      e_evidence e = b_evidence b /\ v_measurement (b_evidence b) = b_measurement b /\
      r_task (b_receipt b) = b_offer_task b /\
      (* and no other *)
      (forall s', In s' (log (e_boot e)) -> r_task (s_receipt s') = b_offer_task b -> s' = s) /\
      (* where there is an answer: a whole life, on what was sent, and it is that answer *)
      (forall answer, b_answer b = Some answer ->
        (exists past, s_life s = Ev_SEAL :: Ev_COMPUTE :: Ev_LOAD :: Ev_BIND :: Ev_START :: past) /\
        (forall x, r_input (b_receipt b) = commit (b_input_salt b) x -> x = b_sent b) /\
        r_input (b_receipt b) = commit (b_input_salt b) (b_sent b) /\
        (forall y, r_output (b_receipt b) = commit (b_output_salt b) y -> y = answer)).
  Proof.
    intros b results A proved faithful J.
    assert (found : forall c, mandatory c = true -> holds b c)
      by (intros c M; apply faithful, (affirmed_means_that_all_passed _ _ J M)).
    destruct (A1 A _ (found EVIDENCE_SIGNATURE eq_refl)) as (e & G & V).
    pose proof (found EVIDENCE_MONITOR eq_refl) as Monitor.
    pose proof (found RECEIPT_SIGNATURE eq_refl) as Signature.
    pose proof (found RECEIPT_TASK_ID eq_refl) as Task.
    pose proof (found RECEIPT_INPUT eq_refl) as In_.
    pose proof (found RECEIPT_OUTPUT eq_refl) as Out.
    pose proof (found RECEIPT_EXIT eq_refl) as Exit. simpl in *.
    assert (K : source_keeps_contracts (v_monitor (e_evidence e)))
      by (rewrite V, Monitor; now apply (A5 A)).
    destruct (A3 A e G K) as [R Signs].
    rewrite <- V in Signature. destruct (Signs _ (A2_signature A e _ G Signature)) as (s & I & E).
    exists e, s. split.
    { repeat split; auto. intros a L O.
      destruct (signed_means_reset _ _ _ _ _ _ _ _ s R I) as (Keys & Zone & Clear & _).
      destruct (A4 A (s_slot s) a L O) as [?|[?|?]];
        [now apply Zone | now apply Keys | now apply Clear]. }
    split; [exact V|]. split; [exact (found EVIDENCE_MEASUREMENT eq_refl)|]. split; [exact Task|].
    split.
    { intros s' I' T. apply (a_task_has_one_receipt _ _ _ _ _ _ _ _ s' s R (A6 A e G) I' I).
      now rewrite T, E. }
    intros answer B. rewrite B in Out, Exit.
    assert (Input : r_input (b_receipt b) = commit (b_input_salt b) (b_sent b))
      by (destruct In_ as [|[_ X]]; [assumption | congruence]).
    split; [|split; [|split]].
    - apply (answer_means_a_whole_life _ _ _ _ _ _ _ _ s R I). now rewrite E.
    - intros x X. apply (A2_binding A (b_input_salt b)). congruence.
    - exact Input.
    - intros y Y. apply (A2_binding A (b_output_salt b)). congruence.
  Qed.
End Soundness.
