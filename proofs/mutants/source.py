"""C and ACSL, read as far as mutants need it: tokens, functions, contracts, and where they are."""

import re
from dataclasses import dataclass, field

TOKEN = re.compile(r'''
    (?P<acsl>/\*@.*?\*/|//@[^\n]*)
  | (?P<comment>/\*.*?\*/|//[^\n]*)
  | (?P<directive>^[ \t]*\#(?:\\\n|[^\n])*)
  | (?P<string>"(?:\\.|[^"\\])*"|'(?:\\.|[^'\\])*')
  | (?P<number>\d\w*)
  | (?P<name>\\?[A-Za-z_]\w*)
  | (?P<mark><==>|==>|->|\+\+|--|<=|>=|==|!=|&&|\|\||<<|>>|[-+*/%&|^]=|\.\.|[^\s])
''', re.VERBOSE | re.DOTALL | re.MULTILINE)

OPENING = set('([{')
CLOSING = set(')]}')
CLAUSE_WORDS = {'requires', 'ensures', 'assigns', 'terminates', 'exits', 'loop', 'predicate'}


@dataclass(frozen=True)
class Token:
    kind: str
    text: str
    at: int

    @property
    def end(self):
        return self.at + len(self.text)


@dataclass
class Clause:
    """One clause of an annotation, `ensures name: ...;`. Its tokens go without the semicolon."""
    tokens: list
    end: int

    @property
    def word(self):
        return self.tokens[0].text

    @property
    def at(self):
        return self.tokens[0].at


@dataclass
class Function:
    name: str
    head: list                                     # tokens of its parameters
    contract: list                                 # clauses above it
    body: list = field(default_factory=list)       # tokens between its braces; none: a prototype
    inside: list = field(default_factory=list)     # clauses in its body
    said: set = field(default_factory=set)         # all words of the annotations in its body


@dataclass
class File:
    path: str
    text: str
    functions: list = field(default_factory=list)
    predicates: list = field(default_factory=list)   # clauses
    tables: list = field(default_factory=list)       # tokens of an enum or a constant
    rows: list = field(default_factory=list)         # tokens of a row X(...) in a list macro

    def line(self, at):
        return self.text.count('\n', 0, at) + 1


def tokens_of(text, base=0):
    return [Token(m.lastgroup, m.group(), base + m.start()) for m in TOKEN.finditer(text)]


def closing(tokens, i):
    """The index of what closes the bracket at i."""
    depth = 0
    for j in range(i, len(tokens)):
        depth += (tokens[j].text in OPENING) - (tokens[j].text in CLOSING)
        if depth == 0:
            return j
    raise ValueError(f'nothing closes {tokens[i]}')


def clauses_of(annotation):
    """The clauses of one annotation, comments in it left out."""
    start = annotation.text.index('@') + 1
    stop = len(annotation.text) - (2 if annotation.text.startswith('/*') else 0)
    tokens = [t for t in tokens_of(annotation.text[start:stop], annotation.at + start)
              if t.kind not in ('comment', 'directive')]
    clauses, i = [], 0
    while i < len(tokens):
        j = i
        while j < len(tokens) and tokens[j].text != ';':
            j = closing(tokens, j) + 1 if tokens[j].text in OPENING else j + 1
        if tokens[i].text in CLAUSE_WORDS and j < len(tokens):
            clauses.append(Clause(tokens[i:j], tokens[j].end))
        i = j + 1
    return clauses


def rows_of(directive):
    """The rows of a list macro, `X(LOADED, COMPUTE, COMPUTED)`, each as its tokens."""
    text = directive.text.replace('#', ' ', 1).replace('\\', ' ')
    tokens = [t for t in tokens_of(text, directive.at) if t.kind != 'comment']
    if len(tokens) < 5 or [t.text for t in tokens[2:5]] != ['(', 'X', ')']:
        return []
    return [tokens[i:closing(tokens, i + 1) + 1] for i in range(5, len(tokens))
            if tokens[i].text == 'X' and tokens[i + 1].text == '(']


def is_function(tokens, i):
    """Does a function's name stand at i? Then what follows its parameters says which kind."""
    if tokens[i].kind != 'name' or tokens[i].text in ('_Static_assert', '__attribute__', 'sizeof'):
        return False
    return i + 1 < len(tokens) and tokens[i + 1].text == '('


def read_function(tokens, i, contract):
    """The function whose name stands at i, and the index behind it."""
    head_end = closing(tokens, i + 1)
    function = Function(tokens[i].text, tokens[i + 2:head_end], contract)
    after = head_end + 1
    if after < len(tokens) and tokens[after].text == '{':
        end = closing(tokens, after)
        body = tokens[after + 1:end]
        function.body = [t for t in body if t.kind not in ('acsl', 'comment', 'directive')]
        annotations = [t for t in body if t.kind == 'acsl']
        function.inside = [c for t in annotations for c in clauses_of(t)]
        function.said = set(re.findall(r'\w+', ' '.join(t.text for t in annotations)))
        after = end + 1
    return function, after


def read_table(tokens, i, file):
    """What stands in the braces at i, where that is an enum or the value of a constant."""
    end = closing(tokens, i)
    before = []
    for token in reversed(tokens[:i]):
        if token.text in (';', '}') or token.kind in ('acsl', 'comment', 'directive'):
            break
        before.append(token.text)
    if 'enum' in before or '=' in before:
        file.tables.append([t for t in tokens[i + 1:end] if t.kind not in ('comment', 'directive')])
    return end + 1


def read(path):
    with open(path, encoding='utf-8') as stream:
        file = File(path, stream.read())
    tokens = tokens_of(file.text)
    contract, i = [], 0
    while i < len(tokens):
        token = tokens[i]
        if token.kind == 'acsl':
            clauses = clauses_of(token)
            file.predicates += [c for c in clauses if c.word == 'predicate']
            contract = [c for c in clauses if c.word != 'predicate']
        elif token.kind == 'directive':
            file.rows += rows_of(token)
        elif is_function(tokens, i):
            function, i = read_function(tokens, i, contract)
            file.functions.append(function)
            contract = []
            continue
        elif token.text == '{':
            i = read_table(tokens, i, file)
            continue
        i += 1
    return file
