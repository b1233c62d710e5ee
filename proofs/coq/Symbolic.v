(** * What the wire and the end state give away

    [Forgotten] compares runs under other coins; that a cipher text is as good as a fresh coin is an
    assumption there. This file looks at the protocol instead, with ideal cryptography, against an
    attacker who owns the network, runs as many tasks of his own as he likes, and in the end is
    given the complete state, signing key and all. Terms are what the messages are made of
    (framework/chain/provider.h); what he can work out is the least set closed under the rules
    below.

    The provider has checked the evidence: he seals to a one-time key of an enclave that is what
    it says it is. That is assumption A1, and where the receipt theory begins. *)

From Coq Require Import List.
Import ListNotations.

(** Private atoms have a number each: the enclave's one-time keys, the provider's ephemeral key, the
    clear input. All else that a single party made is public: the attacker's own keys, the signing
    key (he gets it in the end), ids, nonces. *)
Inductive term :=
| Input                       (* the provider's clear input, the secret                        *)
| OneTime (i : nat)           (* the enclave's one-time private key of task i                  *)
| Ephemeral                   (* the provider's ephemeral private key                          *)
| Known (n : nat)             (* whatever the attacker makes, and what is public anyway        *)
| SigningKey                  (* of this boot: kept, and in the end his                        *)
| Public (x : term)           (* the public key of x                                           *)
| Shared (x y : term)         (* X25519 of one's private and the other's public key            *)
| Derived (label : nat) (x : term) (* HKDF: request key, answer key, salts, exporter           *)
| Sealed (k m : term)         (* AEAD; ids and nonces that it binds are public                 *)
| Hash (m : term)
| Signed (k m : term)         (* shows m                                                       *)
| Pair (a b : term)
| Applied (f : nat) (m : term). (* the function's output: whoever has the input has it         *)

Definition request_key (z : term) := Derived 0 z.
Definition answer_key (z : term) := Derived 1 z.
Definition input_salt (z : term) := Derived 2 z.
Definition output_salt (z : term) := Derived 3 z.

Section Attacker.
  (** The honest task, and what is found in the complete state when all is over. *)
  Variable honest : nat.
  Variable found : term -> Prop.

  Definition agreed := Shared (OneTime honest) Ephemeral.
  Definition request := Sealed (request_key agreed) Input.
  Definition answer (z m : term) := Sealed (answer_key z) (Applied 0 m).

  (** A receipt: ids and counts, and the salted commitments to both cipher texts. *)
  Definition receipt (z sealed out : term) :=
    Signed SigningKey (Pair (Hash (Pair (input_salt z) sealed)) (Hash (Pair (output_salt z) out))).

  (** X25519 agrees on the same from both sides, at any place in a term. *)
  Inductive same : term -> term -> Prop :=
  | s_swap x y : same (Shared x y) (Shared y x)
  | s_refl t : same t t
  | s_trans t u w : same t u -> same u w -> same t w
  | s_public t u : same t u -> same (Public t) (Public u)
  | s_shared t u v w : same t u -> same v w -> same (Shared t v) (Shared u w)
  | s_derived l t u : same t u -> same (Derived l t) (Derived l u)
  | s_sealed t u v w : same t u -> same v w -> same (Sealed t v) (Sealed u w)
  | s_hash t u : same t u -> same (Hash t) (Hash u)
  | s_signed t u v w : same t u -> same v w -> same (Signed t v) (Signed u w)
  | s_pair t u v w : same t u -> same v w -> same (Pair t v) (Pair u w)
  | s_applied f t u : same t u -> same (Applied f t) (Applied f u).

  Inductive knows : term -> Prop :=
  | k_same t u : same t u -> knows t -> knows u
  (* what anyone can make *)
  | k_known n : knows (Known n)
  | k_public x : knows x -> knows (Public x)
  | k_shared x y : knows x -> knows (Public y) -> knows (Shared x y)
  | k_derived l x : knows x -> knows (Derived l x)
  | k_seal k m : knows k -> knows m -> knows (Sealed k m)
  | k_open k m : knows k -> knows (Sealed k m) -> knows m
  | k_hash m : knows m -> knows (Hash m)
  | k_sign k m : knows k -> knows m -> knows (Signed k m)
  | k_shown k m : knows (Signed k m) -> knows m
  | k_pair a b : knows a -> knows b -> knows (Pair a b)
  | k_left a b : knows (Pair a b) -> knows a
  | k_right a b : knows (Pair a b) -> knows b
  | k_applied f m : knows m -> knows (Applied f m)
  (* the wire: offers of every task; the provider's message *)
  | k_offer i n : knows (Signed SigningKey (Pair (Known n) (Public (OneTime i))))
  | k_encapsulated : knows (Public Ephemeral)
  | k_request : knows request
  (* the enclave answers whatever opens, sent by whom it may be, with its receipt *)
  | k_answer i e m : knows (Public e) ->
      knows (Sealed (request_key (Shared (OneTime i) e)) m) ->
      knows (answer (Shared (OneTime i) e) m)
  | k_receipt i e m : knows (Public e) ->
      knows (Sealed (request_key (Shared (OneTime i) e)) m) ->
      let z := Shared (OneTime i) e in
      knows (receipt z (Sealed (request_key z) m) (answer z m))
  (* and, in the end, the complete state *)
  | k_found t : found t -> knows t.

  (** What may be known. A key agreed is known to who has either private half; a cipher text says
      something to who has its key. *)
  Fixpoint harmless (t : term) : Prop :=
    match t with
    | Input | Ephemeral => False
    | OneTime i => i <> honest
    | Known _ | SigningKey | Public _ | Hash _ => True
    | Shared x y => harmless x \/ harmless y
    | Derived _ x => harmless x
    | Sealed k m => harmless k -> harmless m
    | Signed _ m => harmless m
    | Pair a b => harmless a /\ harmless b
    | Applied _ m => harmless m
    end.

  Lemma same_harm : forall t u, same t u -> (harmless t <-> harmless u).
  Proof. induction 1; simpl; tauto. Qed.

  Lemma only_the_harmless : (forall t, found t -> harmless t) -> forall t, knows t -> harmless t.
  Proof.
    intros F t K. induction K; simpl in *; try tauto; auto.
    now apply (same_harm t u).
  Qed.

  (** The attacker's wire terms and the final state do not derive the secret: not the input, not
      the output, not a key, of the honest task. *)
  Theorem wire_and_state_do_not_tell : (forall t, found t -> harmless t) ->
    ~ knows Input /\ ~ knows (Applied 0 Input) /\ ~ knows agreed /\
    ~ knows (request_key agreed) /\ ~ knows (answer_key agreed).
  Proof.
    intros F. repeat split; intros K; apply (only_the_harmless F) in K; simpl in K; tauto.
  Qed.
End Attacker.

(** ** The state that pobf leaves

    What is kept: the signing key, ids and numbers, hashes, the one-time keys of other tasks, the
    cipher text in the outbox. *)
Section Kept.
  Variable honest : nat.
  Inductive kept : term -> Prop :=
  | kept_key : kept SigningKey
  | kept_public n : kept (Known n)
  | kept_hash m : kept (Hash m)
  | kept_other i : i <> honest -> kept (OneTime i)
  | kept_outbox : kept (answer (agreed honest) Input).

  Theorem what_is_kept_does_not_tell :
    ~ knows honest kept Input /\ ~ knows honest kept (Applied 0 Input).
  Proof.
    destruct (wire_and_state_do_not_tell honest kept) as (I & O & _); [|auto].
    intros t []; simpl; tauto.
  Qed.

  (** Not vacuous: the attacker's own tasks work, and the honest answer does come out. *)
  Theorem the_enclave_serves_the_attacker :
    knows honest kept (Applied 0 (Known 7)) /\ knows honest kept (answer (agreed honest) Input).
  Proof.
    split; [|apply k_answer; [apply k_encapsulated | apply k_request]].
    (* He agrees a key with a task of his own, sends an input, and opens the answer. *)
    assert (Z : knows honest kept (Shared (OneTime (S honest)) (Known 3))).
    { eapply k_same; [apply s_swap|]. apply k_shared; [constructor|].
      eapply k_right, k_shown, (k_offer honest kept (S honest) 0). }
    apply k_open with (k := answer_key (Shared (OneTime (S honest)) (Known 3))).
    - now apply k_derived.
    - apply k_answer; [apply k_public; constructor|].
      apply k_seal; [now apply k_derived | constructor].
  Qed.
End Kept.

(** ** Positive controls: each secret that is not wiped tells everything. *)
Theorem a_one_time_key_left_tells : forall honest, knows honest (eq (OneTime honest)) Input.
Proof.
  intros honest. apply k_open with (k := request_key (agreed honest)); [|apply k_request].
  apply k_derived, k_shared; [now apply k_found | apply k_encapsulated].
Qed.

Theorem an_agreed_key_left_tells : forall honest,
  knows honest (eq (request_key (agreed honest))) Input.
Proof. intros honest. eapply k_open; [now apply k_found | apply k_request]. Qed.

Theorem an_answer_key_left_tells : forall honest,
  knows honest (eq (answer_key (agreed honest))) (Applied 0 Input).
Proof.
  intros honest. eapply k_open; [now apply k_found|].
  apply k_answer; [apply k_encapsulated | apply k_request].
Qed.

Theorem an_ephemeral_key_left_tells : forall honest, knows honest (eq Ephemeral) Input.
Proof.
  intros honest. apply k_open with (k := request_key (agreed honest)); [|apply k_request].
  apply k_derived. eapply k_same; [apply s_swap|]. apply k_shared; [now apply k_found|].
  eapply k_right, k_shown, (k_offer honest _ honest 0).
Qed.

(** So does a zone that was not brought back. *)
Theorem a_clear_zone_left_tells : forall honest, knows honest (eq Input) Input.
Proof. intros honest. now apply k_found. Qed.
