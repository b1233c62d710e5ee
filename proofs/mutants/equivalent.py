"""Survivors that say the same as the original: each is in equivalent.txt with its reason."""

import os

from bench import CannotTell

FILE = 'proofs/mutants/equivalent.txt'


def read(root, keys):
    """The keys that are excused. One that is no mutant any more, or has no reason, is refused."""
    excused, key = set(), None
    written = {key.rstrip(): key for key in keys}    # what becomes nothing ends with a blank
    with open(os.path.join(root, FILE), encoding='utf-8') as stream:
        for line in (l.rstrip() for l in stream if l.strip() and not l.startswith('#')):
            if line.startswith('    '):
                excused.add(key)
            elif line not in written:
                raise CannotTell(f'{FILE} is stale: there is no mutant {line}')
            else:
                key = written[line]
    if key is not None and key not in excused:
        raise CannotTell(f'{FILE}: no reason for {key}')
    return excused
