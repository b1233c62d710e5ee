"""A copy of the tree in which one mutant at a time is put, and the layers that may notice it."""

import os
import re
import shutil
import signal
import subprocess
from contextlib import contextmanager

# As in proofs/wp.sh.
WP = ['frama-c', '-c11', '-machdep', 'gcc_x86_64', '-cpp-extra-args=-I. -I/usr/include -CC',
      '-kernel-warn-key', 'annot:missing-spec=abort', '-wp', '-wp-rte', '-rte-no-pointer-call',
      '-wp-model', 'Typed', '-wp-no-pruning', '-wp-no-ground', '-wp-par', '1', '-wp-timeout', '180']
# The least of these that proves a function as it is also tries its mutants; the last is wp.sh's own.
EFFORTS = (*(('cvc4', steps) for steps in (25000, 50000, 100000, 200000, 400000, 1500000)),
           ('cvc4,z3', 1500000))
GOAL = re.compile(r'^\[wp\] \[[^]]*\] Goal (\S+)(?: : (\w+))?')
TOTAL = re.compile(r'^\[wp\] Proved goals: *(\d+) */ *(\d+)')
UNREADABLE = re.compile(r'syntax error|annot-error|User Error|invalid user input')
TEST_SECONDS = 900
CPU_SECONDS = 60    # of one process: a loop that does not end


class Unreadable(Exception):
    """The mutant is not C, or not ACSL: it says nothing about the layers."""


class CannotTell(Exception):
    """The tree as it is does not pass, or a tool is missing: nothing may count as noticed."""


class Bench:
    CONTROL = 'typed_control_ensures_wrong'

    def __init__(self, tree, work, name, cache, answers, leave):
        """A copy of `tree`, but for what is to `leave`."""
        self.work, self.cache, self.answers = work, cache, answers
        self.root = os.path.join(work, name)
        shutil.copytree(tree, self.root, symlinks=True, ignore=shutil.ignore_patterns(*leave))
        # PWD too: Frama-C finds files through it, and would read the tree that was copied.
        # And TMPDIR: a command that is ended early leaves its files behind.
        scratch = os.path.join(work, f'{name}.tmp')
        os.mkdir(scratch)
        self.environment = dict(os.environ, PWD=self.root, POBF_SHARE=self.root, TMPDIR=scratch,
                                WHY3CONFIG=os.path.join(self.root, 'proofs/why3.conf'))
        vectors = os.environ.get('POBF_VECTORS', os.path.join(os.getcwd(), '../shared/vectors'))
        self.environment['POBF_VECTORS'] = os.path.abspath(vectors)
        for inherited in ('MAKEFLAGS', 'MFLAGS', 'MAKELEVEL', 'POBF_PROOF_CACHE'):
            self.environment.pop(inherited, None)

    def twin(self, name):
        """Another copy of the tree, with what was built in this one; but each runs its own tests."""
        return Bench(self.root, self.work, name, self.cache, self.answers, ('*.ok',))

    @contextmanager
    def changed(self, path, text, builds):
        """This text for a while. A file that nothing was built from is as old as before."""
        name, original = os.path.join(self.root, path), self.read(path)
        then = os.stat(name)
        self.write(path, text)
        try:
            yield
        finally:
            self.write(path, original)
            if not builds:
                os.utime(name, ns=(then.st_atime_ns, then.st_mtime_ns))

    def write(self, path, text):
        with open(os.path.join(self.root, path), 'w', encoding='utf-8') as stream:
            stream.write(text)

    def read(self, path):
        with open(os.path.join(self.root, path), encoding='utf-8') as stream:
            return stream.read()

    def start(self, command):
        return subprocess.Popen(command, cwd=self.root, env=self.environment, text=True,
                                errors='replace', stdin=subprocess.DEVNULL, stdout=subprocess.PIPE,
                                stderr=subprocess.STDOUT, start_new_session=True)

    def run(self, command, seconds=TEST_SECONDS):
        """Exit code and output of a command; what does not end has failed."""
        process = self.start(['sh', '-c', command])
        try:
            output, _ = process.communicate(timeout=seconds)
            return process.returncode, output
        except subprocess.TimeoutExpired:
            return 1, 'it does not end'
        finally:
            end_group(process)

    def make(self, *targets, seconds=TEST_SECONDS):
        return self.run(f'ulimit -t {CPU_SECONDS}; make -s B=build ' + ' '.join(targets), seconds)

    def control(self):
        """What the prover says of a false goal that is in this copy and nowhere else."""
        self.write('control.c', '/*@ terminates \\true; exits \\false; assigns \\nothing;\n'
                   '    ensures wrong: \\result == 2; */\nint control(void) { return 1; }\n')
        goal = self.first_left('control.c', ['control'], EFFORTS[0], 'replay')
        os.remove(os.path.join(self.root, 'control.c'))
        return goal

    def prove(self, module, functions, efforts=EFFORTS):
        """The goal that is left, or None, and the effort: the least of these with which it proves."""
        for effort in efforts:
            goal = self.unproved(module, functions, effort, cache='update')
            if goal is None:
                break
        return goal, effort

    def unproved(self, module, functions, effort=EFFORTS[0], cache='replay'):
        """
        The first goal that does not prove, or None; of these functions, or of all where there are
        none. Which goals those are depends on no clock.
        """
        return self.answers.to(
            lambda: (self.key(module), WP, effort, functions),
            lambda: self.first_left(module, functions, effort, cache))

    def key(self, module):
        """All that the proof of a module comes from, as it is now."""
        code, key = self.run(f'proofs/key.sh {module}')
        if code:
            raise Unreadable(f'{module} cannot be preprocessed')
        return key

    def first_left(self, module, functions, effort, cache):
        """The same, asked of the prover now."""
        command = WP + ['-wp-cache', cache, '-wp-cache-dir', self.cache, '-wp-prover', effort[0],
                        '-wp-steps', str(effort[1])]
        command += ['-wp-fct', ','.join(functions)] if functions else []

        process = self.start(command + [module])
        try:
            return first_unproved(process)
        finally:
            end_group(process)


def end_group(process):
    """End a command and all that it started."""
    try:
        os.killpg(process.pid, signal.SIGKILL)
    except ProcessLookupError:
        pass
    process.stdout.close()
    process.wait()


def first_unproved(process):
    proved, last = None, ''
    for line in process.stdout:
        goal, total = GOAL.match(line), TOTAL.match(line)
        if goal and goal[2] != 'Valid':
            return goal[1]
        if total:
            proved = total[1] == total[2]
        if UNREADABLE.search(line):
            raise Unreadable(line.strip())
        last = line.strip() or last
    return None if proved else f'no proof: {last}'
