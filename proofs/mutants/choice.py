"""Which mutants are tried: the same seed and the same source give the same ones."""

import hashlib
import random

import operators

COUNT = 240   # systematic mutants of a whole run


def universe(tree):
    """Every mutant of the framework and of the contracts, once; assertions promise nothing."""
    return list({m.key: m for path in tree.mutable
                 for m in operators.mutants_of(tree.files[path])
                 if m.part != 'predicate' or tree.promises(m.owner)}.values())


def number(seed, key):
    return int.from_bytes(hashlib.sha256(f'{seed} {key}'.encode()).digest()[:8], 'big')


def ranked(mutants, seed):
    """
    First one mutant of each part of each function, predicate and table, then a second of each by
    another operator, and so on. An edit elsewhere in the source hardly moves the others.
    """
    groups = {}
    for mutant in mutants:
        by_operator = groups.setdefault((mutant.path, mutant.owner, mutant.part), {})
        by_operator.setdefault(mutant.operator, []).append(mutant)
    order = []
    for group, by_operator in groups.items():
        for operator, same in by_operator.items():
            same.sort(key=lambda m: number(seed, m.key))
            place = number(seed, (group, operator))
            order += [(group, i, place, mutant) for i, mutant in enumerate(same)]
    order.sort(key=lambda o: o[:3])
    rank, before, ranks = 0, None, []
    for group, _, _, mutant in order:
        rank = rank + 1 if group == before else 0
        before = group
        ranks.append((rank, number(seed, mutant.key), mutant))
    return [mutant for _, _, mutant in sorted(ranks, key=lambda r: r[:2])]


def shuffled(mutants, seed):
    return random.Random(seed).sample(mutants, len(mutants))
