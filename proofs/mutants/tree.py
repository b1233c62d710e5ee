"""The sources as a whole: who calls whom, and which proofs a change of a contract can reach."""

import glob
import os

import source

SOURCES = ('framework/*/*.[ch]', 'framework/*/*.acsl', 'contracts/*.acsl', 'contracts/lifecycle.h')
WEAKER = {'ensures dropped', 'conjunct dropped', 'assigns widened', 'equivalence weakened'}


def called(function):
    """The names of all that it calls."""
    following = zip(function.body, function.body[1:])
    return {token.text for token, after in following if after.text == '('}


class Tree:
    def __init__(self, root, modules):
        """`modules` are the C files that `make prove` proves, callers in tests/proofs too."""
        self.modules = modules
        proved = [m[:-1] + '[ch]' for m in modules if not m.startswith('tests/')]
        paths = {p for pattern in (*SOURCES, *proved) for p in glob.glob(os.path.join(root, pattern))}
        self.mutable = sorted(os.path.relpath(p, root) for p in paths)
        self.files = {p: source.read(os.path.join(root, p)) for p in {*self.mutable, *modules}}
        for path, file in self.files.items():
            file.path = path

    def defined(self, module):
        return [f for f in self.files[module].functions if f.body]

    def module_of(self, path):
        """The module whose header this is, or the module itself."""
        module = path[:-2] + '.c'
        return module if module in self.modules else None

    def words(self, function, path):
        """All names in what is said of a function, in its header too, and inside it."""
        said = [function.contract]
        header = self.files.get(path[:-2] + '.h')
        said += [f.contract for f in header.functions if f.name == function.name] if header else []
        return function.said | {t.text for clauses in said for clause in clauses for t in clause.tokens}

    def callers(self, name, path):
        """(module, function) that call `name`; where it is static, only those in its module."""
        static = path.endswith('.c')
        for module in self.modules:
            if static and module != path:
                continue
            own = {f.name for f in self.defined(module)}
            if not static and name in own and module != self.module_of(path):
                continue
            for function in self.defined(module):
                if name in called(function):
                    yield module, function.name

    def speaking_of(self, name):
        """This predicate, and all that are made of it."""
        names, size = {name}, 0
        while len(names) != size:
            size = len(names)
            names |= {c.tokens[1].text for file in self.files.values() for c in file.predicates
                      if names & {t.text for t in c.tokens[2:]}}
        return names

    def promises(self, name):
        """Does a contract speak of this predicate? If not, it is a part of some assertion."""
        names = self.speaking_of(name)
        return any(names & {t.text for t in clause.tokens}
                   for file in self.files.values() for function in file.functions
                   for clause in (*function.contract, *function.inside))

    def reached_by_predicate(self, name):
        names = self.speaking_of(name)
        for module in self.modules:
            for function in self.defined(module):
                if names & self.words(function, module):
                    yield module, function.name
                    yield from self.callers(function.name, self.declared(function.name, module))

    def declared(self, name, module):
        header = module[:-2] + '.h'
        there = header in self.files and name in {f.name for f in self.files[header].functions}
        return header if there else module

    def reached(self, mutant):
        """What must be proved again, as [(module, functions)], nearest first; [] is all of it."""
        module = self.module_of(mutant.path)
        if mutant.part == 'table':
            return [(module, [])] if module else []
        if mutant.part == 'body':
            return [(mutant.path, [mutant.owner])]
        if mutant.part == 'predicate':
            pairs = list(self.reached_by_predicate(mutant.owner))
        else:
            pairs = list(self.callers(mutant.owner, mutant.path))
            if mutant.operator not in WEAKER:
                pairs.insert(0, (self.home(mutant), mutant.owner))
        grouped = {}
        for where, function in pairs:
            grouped.setdefault(where, []).append(function)
        nearest = sorted(grouped, key=lambda m: (m != module, m.split('/')[1] != mutant.path.split('/')[1]))
        return [(m, sorted(set(grouped[m]))) for m in nearest]

    def home(self, mutant):
        """Where the function is defined whose contract this is: headers may serve several modules."""
        if mutant.path.endswith('.c'):
            return mutant.path
        return next((m for m in self.modules if os.path.dirname(m) == os.path.dirname(mutant.path)
                     and mutant.owner in {f.name for f in self.defined(m)}), None)
