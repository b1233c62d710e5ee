"""
How forgetting failed elsewhere, put into our code: known.txt. Each bug names the layer that must
notice it and what that layer must say; that another one would notice it too does not count.

    m3 scrub size from host (PoBF)
    file framework/core/zone.c
    -what stands there, once
    +what stands there instead
    killed by proof | framework/core/zone.c pobf_zone_rewind | ensures_golden
    killed by floors | proofs/floors.sh build | may not call realloc
    not here: why it cannot be said in our code

A command runs in a copy of the tree: first as it is, where it must pass, then with the bug in it.
"""

import glob
import os
import re
from dataclasses import dataclass, field

import choice
from answers import digest_of
from bench import EFFORTS, CannotTell

FILE = 'proofs/mutants/known.txt'
SOURCES = ('[!bp.]*/', 'proofs/*')    # what a command may read


@dataclass
class Edit:
    path: str
    old: list = field(default_factory=list)
    new: list = field(default_factory=list)

    def applied(self, text):
        old, new = '\n'.join(self.old), '\n'.join(self.new)
        if text.count(old) != 1:
            raise CannotTell(f'{FILE} is stale: {self.path} does not hold this once: {old}')
        return text.replace(old, new)


@dataclass
class Bug:
    operator: str                # its title
    edits: list = field(default_factory=list)
    layer: str = ''
    command: str = ''
    pattern: str = ''
    reason: str = ''             # why it is not here
    line: int = 0

    @property
    def path(self):
        return self.edits[0].path if self.edits else FILE

    @property
    def before(self):
        return ' '.join(line.strip() for edit in self.edits for line in edit.old)

    @property
    def after(self):
        return ' '.join(line.strip() for edit in self.edits for line in edit.new)

    @property
    def key(self):
        return f'{self.path}: {self.operator}: {self.before} -> {self.after}'


def take_line(bugs, line):
    if line.startswith('file '):
        bugs[-1].edits.append(Edit(line[5:]))
    elif line[0] in '-+':
        edit = bugs[-1].edits[-1]
        (edit.old if line[0] == '-' else edit.new).append(line[1:])
    elif line.startswith('killed by '):
        bug = bugs[-1]
        bug.layer, bug.command, bug.pattern = (part.strip() for part in line[10:].split(' | '))
    elif line.startswith('not here: '):
        bugs[-1].reason = line[10:]
    else:
        bugs.append(Bug(line))


def read(root):
    bugs = []
    with open(os.path.join(root, FILE), encoding='utf-8') as stream:
        for line in (l.rstrip('\n') for l in stream if l.strip() and not l.startswith('#')):
            take_line(bugs, line)
    for bug in bugs:
        if not bug.reason and not (bug.edits and bug.layer):
            raise CannotTell(f'{FILE}: nothing is said of {bug.operator}')
        if bug.edits:
            find_line(root, bug)
    return bugs


def find_line(root, bug):
    with open(os.path.join(root, bug.path), encoding='utf-8') as stream:
        text = stream.read()
    bug.edits[0].applied(text)
    bug.line = text.count('\n', 0, text.index('\n'.join(bug.edits[0].old))) + 1


def some(root, settings):
    """All bugs of the list that can be said in our code, or a random part of them."""
    bugs = [b for b in read(root) if not b.reason and settings.only in b.key]
    if settings.sample == 1:
        return bugs
    return choice.shuffled(bugs, settings.seed)[:max(1, len(bugs) // settings.sample)]


def targets(bugs):
    """What the commands of these bugs need built."""
    stamps = {s for bug in bugs for s in re.findall(r'build/\S+(?=\.ok)', bug.command)}
    return sorted(s + '_test' for s in stamps) + ['all'] * bool(stamps)


def noticed(bench, bug, efforts=EFFORTS):
    """
    None where the layer is content, else what it says; with what effort it proves; and did it skip
    on this machine what it would have to notice?
    """
    if bug.layer == 'proof':
        module, *functions = bug.command.split()
        return *bench.prove(module, functions, efforts), False
    said, skipped = outcome(bench, bug)
    return said, None, skipped


def outcome(bench, bug):
    """What the command says where it fails, else None; and did it skip?"""
    def run():
        code, output = bench.run(bug.command)
        return output if code else None, not code and skips(bench, bug)
    sources = {'Makefile'}.union(*(glob.glob(p, root_dir=bench.root) for p in SOURCES))
    sources.discard('proofs/mutants')
    return bench.answers.to(lambda: (bug.command, digest_of(bench.root, sorted(sources))), run)


def skips(bench, bug):
    stamp = re.search(r'build/\S+\.ok', bug.command)
    return bool(stamp) and re.search('^SKIP: ', bench.read(stamp[0]), re.MULTILINE) is not None


def fate(bench, bug):
    """(bug, layer, what it said); layer None: it survives."""
    control, effort, skipped = noticed(bench, bug)
    if control:
        raise CannotTell(f'the tree as it is does not pass: {bug.command}: {control}')
    kept = {edit.path: bench.read(edit.path) for edit in bug.edits}
    try:
        for edit in bug.edits:
            bench.write(edit.path, edit.applied(bench.read(edit.path)))
        said, _, _ = noticed(bench, bug, [effort])
    finally:
        for path, text in kept.items():
            bench.write(path, text)
    found = re.search(bug.pattern, said, re.MULTILINE) if said else None
    if found:
        return bug, bug.layer, found[0]
    if said:
        return bug, None, f'{bug.layer} says something else: {said.strip()[-300:]}'
    return bug, 'not here' if skipped else None, 'skipped on this machine' if skipped else ''
