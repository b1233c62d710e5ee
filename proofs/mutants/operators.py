"""All mutants of a file, in the order of its text. Which of them are tried is chosen elsewhere."""

import re
from dataclasses import dataclass

from source import OPENING, closing

SWAPS = {'<': '<=', '<=': '<', '>': '>=', '>=': '>', '==': '!=', '!=': '==', '&&': '||',
         '||': '&&', '+': '-', '-': '+', '*': '/', '/': '*', '%': '/', '|': '&', '|=': '='}
NAMES = {'==': 'condition negated', '!=': 'condition negated', '&&': 'logic changed',
         '||': 'logic changed'}
BOUNDS = {'<', '<=', '>', '>='}
KEYWORDS = {'if', 'for', 'while', 'switch', 'return', 'sizeof', 'case', 'default', 'goto', 'break',
            'else', '__asm__'}
TYPES = {'const', 'static', 'struct', 'enum', 'unsigned', 'int'}


@dataclass(frozen=True)
class Mutant:
    path: str
    part: str        # body, contract, predicate or table
    owner: str       # the function, predicate or table that it is in
    operator: str
    at: int
    end: int
    new: str
    line: int
    before: str      # the line or lines as they are, blanks squeezed
    after: str       # and as they become

    @property
    def runs(self):
        """Is it in what is compiled?"""
        return self.part in ('body', 'table')

    @property
    def key(self):
        return f'{self.path}: {self.owner}: {self.operator}: {self.before} -> {self.after}'

    def applied(self, text):
        return text[:self.at] + self.new + text[self.end:]


def squeezed(text):
    return re.sub(r'\s+', ' ', text).strip()


class Maker:
    """Collects the mutants of one file."""

    def __init__(self, file):
        self.file = file
        self.made = []

    def add(self, part, owner, operator, at, end, new):
        text = self.file.text
        first = text.rfind('\n', 0, at) + 1
        last = text.find('\n', end)
        before, after = squeezed(text[first:last]), squeezed(text[first:at] + new + text[end:last])
        if before != after:
            self.made.append(Mutant(self.file.path, part, owner, operator, at, end, new,
                                    self.file.line(at), before, after))

    def text(self, tokens):
        return self.file.text[tokens[0].at:tokens[-1].end]


def is_operand(token):
    return token.kind in ('name', 'number') and token.text not in KEYWORDS or token.text in (')', ']')


def symbols(maker, part, owner, tokens):
    """Operators and constants, wherever they stand: in code, in clauses, in tables."""
    for i, token in enumerate(tokens):
        binary = 0 < i < len(tokens) - 1 and is_operand(tokens[i - 1])
        if token.kind == 'mark' and token.text in SWAPS and binary:
            bound = 'bound changed by one' if token.text in BOUNDS else 'operator changed'
            maker.add(part, owner, NAMES.get(token.text, bound), token.at, token.end,
                      SWAPS[token.text])
        elif token.text == '<==>':
            maker.add(part, owner, 'equivalence weakened', token.at, token.end, '==>')
        elif token.kind == 'number' and (i == 0 or tokens[i - 1].text != '-'):
            maker.add(part, owner, 'constant changed', token.at, token.end,
                      f'({token.text} + 1)' if part == 'table' else constant(token.text))
        elif token.kind == 'string' and token.text[1] not in '\\\'"':
            maker.add(part, owner, 'constant changed', token.at + 1, token.at + 2,
                      'q' if token.text[1] != 'q' else 'p')
        elif re.fullmatch(r'POBF_(OK|E_[A-Z]+)', token.text):
            maker.add(part, owner, 'constant changed', token.at, token.end,
                      'POBF_E_SYSTEM' if token.text == 'POBF_OK' else 'POBF_OK')
        elif token.kind == 'name' and re.fullmatch(r'[A-Z][A-Z0-9_]+', token.text) and \
                part != 'table' and token.text not in ('NULL', 'POBF_PART', 'L1', 'L2'):
            maker.add(part, owner, 'bound changed by one', token.at, token.end,
                      f'({token.text} - 1)')


def constant(number):
    """One more; of two digits in hexadecimal, another bit."""
    return f'{int(number, 0) + 1}' if re.fullmatch(r'0|[1-9]\d*', number) else f'({number} ^ 1)'


def statements(tokens):
    """Each simple statement of a body, as (first index, index of its semicolon, depth)."""
    depth, i = 0, 0
    while i < len(tokens):
        text = tokens[i].text
        if text in ('{', '}'):
            depth += 1 if text == '{' else -1
        elif text in ('if', 'for', 'while', 'switch'):
            i = closing(tokens, i + 1)
        elif text in ('case', 'default') or tokens[i + 1].text == ':':
            i = next(j for j in range(i, len(tokens)) if tokens[j].text == ':')
        elif text != 'else':
            j = i
            while tokens[j].text != ';':
                j = closing(tokens, j) + 1 if tokens[j].text in OPENING else j + 1
            yield i, j, depth
            i = j
        i += 1


def is_removable(tokens, i, depth):
    first, second = tokens[i], tokens[i + 1]
    if first.text in ('return', 'break'):
        return depth > 0
    if first.text == 'goto':
        return True
    declares = first.text in TYPES or first.kind == second.kind == 'name'
    return not declares and first.text not in KEYWORDS


def removals(maker, function):
    for i, j, depth in statements(function.body):
        if is_removable(function.body, i, depth):
            maker.add('body', function.name, 'statement removed', function.body[i].at,
                      function.body[j].end, ';')


def negations(maker, function):
    body = function.body
    for i, token in enumerate(body):
        if token.text in ('if', 'while') and body[i + 1].text == '(':
            end = closing(body, i + 1)
            condition = maker.text(body[i + 2:end])
            maker.add('body', function.name, 'condition negated', body[i + 2].at,
                      body[end - 1].end, f'!({condition})')
        elif token.text == 'sizeof' and body[i + 1].kind == 'name':
            j = i + 1
            while body[j + 1].text in ('->', '.'):
                j += 2
            maker.add('body', function.name, 'bound changed by one', token.at, body[j].end,
                      f'({maker.text(body[i:j + 1])} - 1)')


def arguments(tokens, opening):
    """The arguments of a call, each as its tokens."""
    end, found, i = closing(tokens, opening), [], opening + 1
    start = i
    while i <= end:
        if i == end or tokens[i].text == ',':
            found.append(tokens[start:i])
            start = i + 1
        i = closing(tokens, i) + 1 if tokens[i].text in OPENING else i + 1
    return found


def swapped_arguments(maker, part, owner, tokens):
    for i, token in enumerate(tokens[:-1]):
        if token.kind != 'name' or token.text in KEYWORDS or tokens[i + 1].text != '(':
            continue
        given = arguments(tokens, i + 1)
        for one, other in zip(given, given[1:]):
            if one and other:
                between = maker.file.text[one[-1].end:other[0].at]
                maker.add(part, owner, 'arguments swapped', one[0].at, other[-1].end,
                          maker.text(other) + between + maker.text(one))


def split(tokens, mark):
    """The operands of a mark that stands outside of all brackets."""
    parts, start, i = [], 0, 0
    while i < len(tokens):
        if tokens[i].text == mark:
            parts.append(tokens[start:i])
            start = i + 1
        i = closing(tokens, i) + 1 if tokens[i].text in OPENING else i + 1
    return parts + [tokens[start:]]


def dropped_conjuncts(maker, part, owner, tokens):
    conclusion = split(tokens, '==>')[-1]
    operands = split(conclusion, '&&')
    for i, operand in enumerate(operands if len(operands) > 1 else []):
        if not operand:
            continue
        if i + 1 < len(operands):
            maker.add(part, owner, 'conjunct dropped', operand[0].at, operands[i + 1][0].at, '')
        else:
            maker.add(part, owner, 'conjunct dropped', operands[i - 1][-1].end, operand[-1].end, '')


def clause_body(clause):
    """What a clause says, without its keyword and its label."""
    skip = 2 if clause.word == 'loop' else 1
    tokens = clause.tokens[skip:]
    return tokens[2:] if len(tokens) > 1 and tokens[1].text == ':' else tokens


def pointers(function):
    """The parameters that a caller may well not expect to be written."""
    names, tokens = [], function.head
    for i, token in enumerate(tokens):
        last = i + 1 == len(tokens) or tokens[i + 1].text == ','
        if token.kind == 'name' and last and '*' in [t.text for t in tokens[max(0, i - 1):i]]:
            names.append(token.text)
    return names


def widened_assigns(maker, function, clause):
    written = [t.text for t in clause.tokens]
    for name in pointers(function):
        if name in written or name == 'to':
            continue
        new = f'assigns *{name}' if '\\nothing' in written else f'assigns *{name}, '
        end = clause.tokens[1].end if '\\nothing' in written else clause.tokens[1].at
        if '\\from' not in written:
            maker.add('contract', function.name, 'assigns widened', clause.at, end, new)


def contract(maker, function):
    for clause in function.contract + function.inside:
        if clause.word in ('requires', 'terminates', 'exits'):
            continue
        dropped = ' '.join(t.text for t in clause.tokens[:2 if clause.word == 'loop' else 1])
        if dropped != 'assigns':    # gate.sh wants one everywhere
            maker.add('contract', function.name, f'{dropped} dropped', clause.at, clause.end, '')
        said = clause_body(clause)
        symbols(maker, 'contract', function.name, said)
        if clause.word == 'ensures':
            dropped_conjuncts(maker, 'contract', function.name, said)
        if clause.word == 'assigns':
            widened_assigns(maker, function, clause)


def predicate(maker, clause):
    name = clause.tokens[1].text
    start = next(i for i, t in enumerate(clause.tokens) if t.text == '=') + 1
    symbols(maker, 'predicate', name, clause.tokens[start:])
    dropped_conjuncts(maker, 'predicate', name, clause.tokens[start:])


def table(maker, tokens):
    name = next((t.text for t in tokens if t.kind == 'name'), 'values')
    symbols(maker, 'table', name, tokens)


def row(maker, tokens):
    name = tokens[2].text
    maker.add('table', name, 'row removed', tokens[0].at, tokens[-1].end, '')
    swapped_arguments(maker, 'table', name, tokens)


def mutants_of(file):
    maker = Maker(file)
    for function in file.functions:
        removals(maker, function)
        negations(maker, function)
        symbols(maker, 'body', function.name, function.body)
        swapped_arguments(maker, 'body', function.name, function.body)
        contract(maker, function)
    for clause in file.predicates:
        predicate(maker, clause)
    for tokens in file.tables:
        table(maker, tokens)
    for tokens in file.rows:
        row(maker, tokens)
    return maker.made
