"""Copies of the tree, one for each processor, and what is done in them."""

import glob
import os
import re
import shutil
import subprocess
from concurrent.futures import ThreadPoolExecutor
from queue import SimpleQueue
from threading import Barrier

from bench import EFFORTS, Bench, CannotTell, Unreadable
from tree import Tree

UNIT_TESTS = ('tests/framework/*/*_test.c', 'tests/vectors/*_test.c', 'tests/edge/cli/*_test.c')


def tests_of(root):
    found = [t for pattern in UNIT_TESTS for t in glob.glob(os.path.join(root, pattern))]
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
        self.tests = tests_of(self.root)
        cache = os.path.join(work, 'answers')
        keep_answers(build, cache)
        self.proved, self.efforts = {}, {}
        self.workers = int(os.environ.get('JOBS', os.cpu_count() or 1))
        self.benches = SimpleQueue()
        for i in range(self.workers):
            self.benches.put(Bench(self.root, work, f'tree{i}', cache))

    def each(self, work, items):
        """work(bench, item) for every item, one at a time in each copy of the tree."""
        def one(item):
            bench = self.benches.get()
            try:
                return work(bench, item)
            finally:
                self.benches.put(bench)
        pool = ThreadPoolExecutor(self.workers)
        try:
            yield from pool.map(one, items)
        finally:
            pool.shutdown(cancel_futures=True)

    def until(self, count, order):
        """Try mutants in this order until `count` of them were programs: (mutant, layer, why)."""
        while count > 0 and order:
            batch, order = order[:count], order[count:]
            self.prove_as_it_is(batch)
            for mutant, layer, why in self.each(self.fate, batch):
                count -= layer != 'stillborn'
                yield mutant, layer, why

    def must_pass(self, checks):
        """The positive control: without it, a broken machine would count as a layer that notices."""
        for failure in self.each(lambda bench, check: check(bench), checks):
            if failure:
                raise CannotTell(f'the tree as it is does not pass: {failure}')

    def test_as_it_is(self):
        """In every copy of the tree, at once: the tests pass, and a false goal is seen."""
        together = Barrier(self.workers)
        if not self.tests:
            raise CannotTell('there are no unit tests')

        def test(bench):
            together.wait()
            code, output = bench.make(*self.tests)
            return output if code else None

        def control(bench):
            together.wait()
            goal = bench.control()
            return None if goal == Bench.CONTROL else f'a false goal is not seen, but {goal}'
        self.must_pass([control] * self.workers + [test] * self.workers)

    def prove_as_it_is(self, mutants):
        """Whatever these mutants reach proves, and with what effort."""
        wanted = {}
        for mutant in mutants:
            for module, functions in self.tree.reached(mutant):
                wanted.setdefault(module, set()).update(functions or ['all of it'])

        def prove(module):
            functions = wanted[module] - self.proved.get(module, set())
            named = [] if 'all of it' in functions else sorted(functions)
            return lambda bench: self.prove(bench, module, named) if functions else None
        self.must_pass([prove(module) for module in sorted(wanted)])
        for module, functions in wanted.items():
            self.proved.setdefault(module, set()).update(functions)

    def prove(self, bench, module, functions):
        for effort in EFFORTS[EFFORTS.index(self.efforts.get(module, EFFORTS[0])):]:
            goal = bench.unproved(module, functions, effort, cache='update')
            if goal is None:
                self.efforts[module] = effort
                return None
        return f'{module}: {goal}'

    def fate(self, bench, mutant):
        """(mutant, layer, what it said); layer None: it survives; 'stillborn': it is no program."""
        original = bench.read(mutant.path)
        bench.write(mutant.path, mutant.applied(original))
        try:
            layer, why = self.killer(bench, mutant)
            return mutant, layer, why
        except Unreadable as why:
            return mutant, 'stillborn', str(why)
        finally:
            bench.write(mutant.path, original)

    def killer(self, bench, mutant):
        runs = mutant.part in ('body', 'table')
        if runs and bench.make('build/libpobf.a')[0] != 0:
            raise Unreadable('it does not compile')
        for module, functions in self.tree.reached(mutant):
            goal = bench.unproved(module, functions, self.efforts[module])
            if goal:
                return 'proof', goal
        if mutant.operator == 'assigns dropped':
            return gate(bench, self.tree.home(mutant))
        return self.failing_test(bench, mutant) if runs else (None, '')

    def failing_test(self, bench, mutant):
        near = 'build/tests/' + mutant.path[:-2] + '.ok'
        for targets in ([near] if near in self.tests else [], self.tests):
            code, output = bench.make(*targets) if targets else (0, '')
            if code:
                failed = re.findall(r'^  FAIL   \S*?(tests/\S+)', output, re.MULTILINE)
                return 'test', failed[0] if failed else output.strip()[-200:]
        return None, ''


def keep_answers(build, cache):
    """The provers' answers on the tree as it is, where `make prove` left them."""
    os.makedirs(cache)
    for answer in glob.glob(os.path.join(build, '**/*.session/cache/*'), recursive=True):
        shutil.copy(answer, cache)


def gate(bench, module):
    code, output = bench.run(f'POBF_PROVERS=cvc4 proofs/wp.sh {module} build/{module}.json')
    return ('gate', output.strip().split('\n')[-1]) if code else (None, '')
