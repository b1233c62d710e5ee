"""Copies of the tree, one for each processor, and what is done in them."""

import glob
import os
import re
import shutil
import subprocess
import time
from concurrent.futures import ThreadPoolExecutor, as_completed
from queue import SimpleQueue
from threading import Barrier, Lock

import efforts
from answers import Answers, digest_of
from bench import EFFORTS, Bench, CannotTell, Unreadable
from efforts import ALL
from tree import Tree

BUILD_SECONDS = 1800
# The tests of each floor.
TESTS = {
    'framework': ('tests/framework/*/*_test.c', 'tests/vectors/*_test.c', 'tests/edge/cli/*_test.c'),
    'enclave': ('tests/enclave/monitor/[!s]*_test.c', 'tests/enclave/monitor/serve_test.c'),
    # What reads through framework/wire is here too.
    'verifier': [f'tests/verifier/{tests}_test.c' for tests in
                 ('appraisal/*', 'arm/*', 'corim/*', 'hardware/*', 'nitro/*', 'ratls/*',
                  'tpm/vectors')]}
# What may include a header that is mutated.
READS = {'framework': 'framework/*/*.c', 'enclave': 'enclave/monitor/*.c',
         'verifier': 'verifier/appraisal/*.c'}
FAILED = re.compile(r'^  FAIL   \S*?(tests/\S+)', re.MULTILINE)
REFUSED = re.compile(r'error: (.*)')


def stamps(root, patterns):
    found = [t for pattern in patterns for t in glob.glob(os.path.join(root, pattern))]
    return sorted('build/' + os.path.relpath(t, root)[:-len('_test.c')] + '.ok' for t in found)


def proved_modules(root):
    """What `make prove` proves, in its own words."""
    said = subprocess.run(['make', '-nB', 'B=build', 'prove'], cwd=root, check=False,
                          capture_output=True, text=True)
    return sorted(set(re.findall(r'proofs/wp\.sh (\S+\.c)', said.stdout)))


class Workshop:
    def __init__(self, build, work):
        self.root = os.getcwd()
        self.tree = Tree(self.root, proved_modules(self.root))
        self.tests = {floor: stamps(self.root, tests) for floor, tests in TESTS.items()}
        self.answers = Answers(os.environ.get('POBF_MUTANT_CACHE'))
        cache = os.path.join(self.answers.folder or work, 'wp')
        keep_answers(build, cache)
        self.efforts = {module: efforts.logged(build, module, names_of(self.tree.defined(module)))
                        for module in self.tree.modules}
        self.locks = {module: Lock() for module in self.tree.modules}
        self.workers = int(os.environ.get('JOBS', os.cpu_count() or 1))
        self.benches = SimpleQueue()
        # What was built in this tree need not be built again; each copy runs its own tests.
        ours = os.path.realpath(build) == os.path.realpath('build')
        leave = ('.git', '__pycache__', *(('*.ok', '*.session') if ours else ('build',)))
        self.benches.put(Bench(self.root, work, 'tree0', cache, self.answers, leave))

    def each(self, work, items):
        """work(bench, item) for every item, one at a time in each copy of the tree, as they end."""
        def one(item):
            bench = self.benches.get()
            try:
                return work(bench, item)
            finally:
                self.benches.put(bench)
        pool = ThreadPoolExecutor(self.workers)
        try:
            for done in as_completed([pool.submit(one, item) for item in items]):
                yield done.result()
        finally:
            pool.shutdown(cancel_futures=True)

    def until(self, count, order):
        """Try mutants in this order until `count` of them were programs: (mutant, layer, why)."""
        while count > 0 and order:
            batch, order = order[:count], order[count:]
            for mutant, layer, why in self.each(self.fate, batch):
                count -= layer != 'stillborn'
                yield mutant, layer, why

    def must_pass(self, checks):
        """The positive control: without it, a broken machine would count as a layer that notices."""
        for failure in self.each(lambda bench, check: check(bench), checks):
            if failure:
                raise CannotTell(f'the tree as it is does not pass: {failure}')

    def test_as_it_is(self, targets=()):
        """
        In every copy of the tree, at once: the tests pass, and a false goal is seen. What is in
        `targets` is built before, too.
        """
        together = Barrier(self.workers)
        if not self.tests['framework']:
            raise CannotTell('there are no unit tests')
        self.build(targets)

        def test(bench):
            together.wait()
            code, output = bench.make(*sum(self.tests.values(), []))
            return output if code else None

        def control(bench):
            together.wait()
            goal = bench.control()
            return None if goal == Bench.CONTROL else f'a false goal is not seen, but {goal}'
        self.must_pass([control] * self.workers + [test] * self.workers)

    def build(self, targets):
        """The tests, in one copy of the tree; the others are copies of that."""
        first = self.benches.get()
        programs = [stamp[:-len('.ok')] + '_test' for stamp in sum(self.tests.values(), [])]
        code, output = first.make(*programs, *targets, seconds=BUILD_SECONDS)
        if code:
            raise CannotTell(f'the tree as it is does not build: {output}')
        for bench in [first] + [first.twin(f'tree{i}') for i in range(1, self.workers)]:
            self.benches.put(bench)

    def prove_as_it_is(self, bench, mutant):
        """What this mutant reaches proves, and with what effort; once for all that reach it."""
        for module, functions in self.tree.reached(mutant):
            with self.locks[module]:
                known = self.efforts[module]
                missing = [name for name in functions or [ALL] if name not in known]
                if missing:
                    known.update(efforts.tried(bench, module, missing))

    def effort(self, module, functions):
        return max((self.efforts[module][name] for name in functions or [ALL]), key=EFFORTS.index)

    def fate(self, bench, mutant):
        """(mutant, layer, what it said); layer None: it survives; 'stillborn': it is no program."""
        text, began = mutant.applied(bench.read(mutant.path)), time.monotonic()
        try:
            with bench.changed(mutant.path, text, mutant.runs):
                must_compile(bench, mutant)
            self.prove_as_it_is(bench, mutant)
            with bench.changed(mutant.path, text, mutant.runs):
                layer, why = self.killer(bench, mutant)
            return mutant, layer, f'{why}  ({time.monotonic() - began:.0f} s)'
        except Unreadable as why:
            return mutant, 'stillborn', str(why)

    def killer(self, bench, mutant):
        """The first layer that notices, and what it says."""
        layers = [('proof', lambda: self.unproved(bench, mutant))]
        layers += [(layer, lambda tests=tests: self.failing_test(bench, tests))
                   for layer, tests in self.tests_of(mutant)]
        if mutant.part == 'table':    # what it says to others, no contract says again
            layers[:2] = layers[1::-1]
        return next(((layer, why) for layer, ask in layers if (why := ask())), (None, ''))

    def unproved(self, bench, mutant):
        goals = (bench.unproved(module, functions, self.effort(module, functions))
                 for module, functions in self.tree.reached(mutant))
        return next(filter(None, goals), None)

    def tests_of(self, mutant):
        """The tests that may notice it, as (layer, tests): those of its own module first."""
        if not mutant.runs:
            return []
        floor = floor_of(mutant)
        near = 'build/tests/' + mutant.path[:-2] + '.ok'
        tests = [('test', [near])] if near in self.tests[floor] else []
        tests += [('test', self.tests[floor])]
        if '/wire/' in mutant.path:
            tests += [('readers', self.tests['verifier'])]
        return tests

    def failing_test(self, bench, stamps):
        floors = sorted({stamp.split('/')[2] for stamp in stamps} | {'framework', 'edge'})
        return self.answers.to(
            lambda: (stamps, digest_of(bench.root, [
                'contracts', 'Makefile', *filter(os.path.isdir, floors),
                *(f'tests/{floor}' for floor in floors)])),
            lambda: failing_test(bench, stamps))


def names_of(functions):
    return [function.name for function in functions]


def floor_of(mutant):
    floor = mutant.path.split('/')[0]
    return floor if floor in TESTS else 'framework'


def must_compile(bench, mutant):
    """What runs must be a program. A header is tried with all that may include it."""
    if not mutant.runs:
        return
    if mutant.path.endswith('.c'):
        code, _ = bench.make('build/' + mutant.path[:-2] + '.o')
    else:
        code, _ = bench.run(f'gcc -std=c11 -D_GNU_SOURCE -Wall -Wextra -Werror -I. -fsyntax-only '
                            f'{READS[floor_of(mutant)]}')
    if code:
        raise Unreadable('it does not compile')


def failing_test(bench, stamps):
    """The first test that fails, or that does not compile although what it tests does."""
    code, output = bench.make(*stamps)
    failed = FAILED.search(output)
    said = failed or REFUSED.search(output)
    return (said[1] if said else output.strip()[-200:]) if code else None


def keep_answers(build, cache):
    """The provers' answers on the tree as it is, where `make prove` left them."""
    os.makedirs(cache, exist_ok=True)
    for answer in glob.glob(os.path.join(build, '**/*.session/cache/*'), recursive=True):
        shutil.copy(answer, cache)
