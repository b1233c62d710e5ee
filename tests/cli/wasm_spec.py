#!/usr/bin/env python3
"""
Make functions of the modules of a WebAssembly specification test.

    wasm_spec.py TEST.wast FOLDER MODULES   the first MODULES of it, each into FOLDER/N.*

N.wasm is the module with a `_start` that runs the test's assertions in their order. The four bytes of its
input choose one that must trap: all before it that must not are run, then that one. Without a choice all run
that must not trap. It exits with 1000 + the number of the first assertion that does not hold, or with 999
where what must trap does not. N.traps has a line "NUMBER TEXT" for each that must trap, N.asserted the number of the others.

An assertion that does not pass through the module's own exports is left out, and how many are is on stdout. bad.N.wasm are modules that must be refused, each with a harmless `_start`, for
the specification says they are not valid; refused.N.wasm, which are of a feature that wabt does not know by itself.
"""
import json
import os
import re
import subprocess
import sys

SCRATCH = 32  # bytes that are borrowed of the module's memory while the choice is read
DONE, NOT_TRAPPED, FIRST = 0xFFFFFFFF, 999, 1000
PARTS = 200


class LeftOut(Exception):
    """An assertion about what a module here cannot be given."""


def modernize(text, test):
    """Assertions of NaN as they were written before 2019, as they are written now."""
    def result(match):
        kind = 'canonical' if match[1] == 'canonical' else 'arithmetic'
        call = match[2]
        name = re.match(r'\(invoke\s+"([^"]*)"', call)[1]
        of = re.match(r'(f32|f64)', name) or re.match(r'(f32|f64)', test) or re.match(r'.*(f32|f64)', name)
        return f'(assert_return {call} ({of[1] if of else "f32"}.const nan:{kind}))'
    return re.sub(r'\(assert_return_(canonical|arithmetic)_nan\s+(\(invoke\s(?:[^()]|\([^()]*\))*\))\s*\)',
                  result, text)


def constant(value):
    kind, bits = value['type'], value.get('value')
    if kind in ('i32', 'i64'):
        return f'({kind}.const {bits})'
    if kind in ('f32', 'f64') and bits.isdigit():
        return f'({kind}.reinterpret_i{kind[1:]} (i{kind[1:]}.const {bits}))'
    if kind in ('funcref', 'externref') and bits == 'null':
        return f'(ref.null {kind[:-3]})'
    raise LeftOut


def holds(name, value):
    """1 where the local has that value."""
    kind, bits = value['type'], value.get('value')
    local = f'(local.get ${name})'
    if kind in ('funcref', 'externref'):
        if bits != 'null':
            raise LeftOut
        return f'(ref.is_null {local})'
    if kind in ('i32', 'i64'):
        return f'({kind}.eq {local} ({kind}.const {bits}))'
    if kind not in ('f32', 'f64'):
        raise LeftOut
    size = kind[1:]
    seen = f'(i{size}.reinterpret_f{size} {local})'
    quiet = 0x7FC00000 if size == '32' else 0x7FF8000000000000
    sign = 1 << (int(size) - 1)
    if bits == 'nan:canonical':
        seen, bits = f'(i{size}.and {seen} (i{size}.const {sign - 1}))', quiet
    elif bits == 'nan:arithmetic':
        seen, bits = f'(i{size}.and {seen} (i{size}.const {quiet}))', quiet
    return f'(i{size}.eq {seen} (i{size}.const {bits}))'


class Module:
    """A module, and a function for each assertion about it."""

    def __init__(self, path):
        tool = subprocess.run(['wasm2wat', '--generate-names', path], capture_output=True, check=True)
        text = tool.stdout.decode()
        self.text = text[:text.rindex(')')]
        self.functions = dict(re.findall(r'\(export "([^"]*)" \(func (\S+?)\)\)', text))
        self.globals = dict(re.findall(r'\(export "([^"]*)" \(global (\S+?)\)\)', text))
        memory = re.search(r'\(memory \S+ (\d+)', text)
        self.has_memory = memory is not None
        self.pages = int(memory[1]) if memory else 1
        # Where memory is guarded a load whose value nobody uses may be left out: enclave/README.md.
        self.is_guarded = 'memory.grow' not in text and not re.search(r'\.load\S*( offset=\d+)?( align=\d+)?\s+drop', text)
        self.parts, self.calls, self.traps = [], [], []
        self.left_out = 0

    def action(self, command):
        action = command['action']
        if 'module' in action:
            raise LeftOut  # of a module that was named before
        if action['type'] == 'get':
            return f'(global.get {self.globals[action["field"]]})'
        arguments = ' '.join(constant(value) for value in action['args'])
        return f'(call {self.functions[action["field"]]} {arguments})'

    def add(self, command):
        number = len(self.calls)
        try:
            if command['type'] in ('assert_trap', 'assert_exhaustion'):
                drops = ' (drop)' * len(command['expected'])
                body = (f'(if (i32.eq (local.get $chosen) (i32.const {number})) (then {self.action(command)}{drops}'
                        f' (call $pobf_exit (i32.const {NOT_TRAPPED}))))')
            elif command['type'] in ('assert_return', 'action'):
                expected = command['expected'] if command['type'] == 'assert_return' else []
                dropped = len(command['expected']) - len(expected)
                locals_ = ' '.join(f'(local $r{i} {value["type"]})' for i, value in enumerate(expected))
                sets = ' '.join(f'(local.set $r{i})' for i in reversed(range(len(expected))))
                checks = ' '.join(f'(if (i32.eqz {holds(f"r{i}", value)}) (then (call $pobf_exit '
                                  f'(i32.const {FIRST + number}))))' for i, value in enumerate(expected))
                body = f'{locals_} {self.action(command)}{" (drop)" * dropped} {sets} {checks}'
            else:
                raise LeftOut
        except (LeftOut, KeyError):
            self.left_out += 1
            return
        if command['type'] in ('assert_trap', 'assert_exhaustion'):
            if self.has_memory and self.pages == 0:
                self.left_out += 1  # there is no memory to read the choice into
                return
            self.traps.append((number, command['text']))
        self.calls.append(f'(func $pobf_{number} (param $chosen i32) {body})')

    def write(self, stem):
        count = len(self.calls)
        for first in range(0, count, PARTS):
            lines = ' '.join(f'(if (i32.le_u (i32.const {n}) (local.get $chosen)) (then (call $pobf_{n} '
                             f'(local.get $chosen))))' for n in range(first, min(first + PARTS, count)))
            self.parts.append(f'(func $pobf_part_{first} (param $chosen i32) {lines})')
        parts = ' '.join(f'(call $pobf_part_{first} (local.get $chosen))' for first in range(0, count, PARTS))
        choose = ''
        if self.pages > 0:
            saved = range(0, SCRATCH, 8)
            choose = ' '.join([
                *(f'(local.set $s{at} (i64.load (i32.const {at})))' for at in saved),
                f'(i32.store (i32.const 16) (i32.const {DONE}))',
                '(i64.store (i32.const 0) (i64.const 0x0000000400000010))',  # four bytes, at 16
                '(drop (call $pobf_read (i32.const 0) (i32.const 0) (i32.const 1) (i32.const 8)))',
                '(local.set $chosen (i32.load (i32.const 16)))',
                *(f'(i64.store (i32.const {at}) (local.get $s{at}))' for at in saved)])
        start = (f'(func (export "_start") (local $chosen i32) '
                 f'{" ".join(f"(local $s{at} i64)" for at in range(0, SCRATCH, 8))} '
                 f'(local.set $chosen (i32.const {DONE})) {choose} {parts})')
        imports = ('(import "wasi_snapshot_preview1" "proc_exit" (func $pobf_exit (param i32)))'
                   '(import "wasi_snapshot_preview1" "fd_read"'
                   ' (func $pobf_read (param i32 i32 i32 i32) (result i32)))')
        memory = '' if self.has_memory else '(memory 1)'
        text = self.text.replace('(module', '(module ' + imports, 1)
        with open(stem + '.wat', 'w', encoding='utf-8') as out:
            out.write('\n'.join([text, memory, *self.calls, *self.parts, start, ')']))
        subprocess.run(['wat2wasm', '--debug-names', '-o', stem + '.wasm', stem + '.wat'], check=True)
        with open(stem + '.traps', 'w', encoding='utf-8') as out:
            out.writelines(f'{number} {text}\n' for number, text in self.traps)
        with open(stem + '.asserted', 'w', encoding='utf-8') as out:
            out.write(f'{len(self.calls) - len(self.traps)}\n')
        # Memory that is all there from the start is guarded; else every access is compared.
        write_manifest(stem, max(self.pages, 1) if self.is_guarded else 1024)


def write_manifest(stem, pages):
    with open(stem + '.json', 'w', encoding='utf-8') as out:
        json.dump({'name': 'spec', 'interface': 'wasi', 'input_max': 4, 'output_max': 4096,
                   'memory': pages * 65536, 'stack': 262144, 'fuel': 1000000000, 'deadline_ms': 60000}, out)


def number_at(bytes_, at):
    value = shift = 0
    while True:
        value |= (bytes_[at] & 0x7F) << shift
        shift += 7
        at += 1
        if not bytes_[at - 1] & 0x80:
            return value, at


def number_of(value):
    out = bytearray()
    while value >= 0x80:
        out.append(value & 0x7F | 0x80)
        value >>= 7
    out.append(value)
    return bytes(out)


def with_start(module):
    """The binary with one more type, function, export and body; all else is as it was."""
    sections, at = [], 8
    while at < len(module):
        size, begin = number_at(module, at + 1)
        sections.append((module[at], module[begin:begin + size]))
        at = begin + size
    of = {identity: payload for identity, payload in sections if identity != 0}
    count = {identity: number_at(of[identity], 0)[0] if identity in of else 0 for identity in (1, 2, 3)}
    if count[2]:
        raise LeftOut  # its imports would be refused before anything else
    added = {1: b'\x60\x00\x00', 3: number_of(count[1]),
             7: b'\x06_start\x00' + number_of(count[3]), 10: b'\x02\x00\x0b'}
    for identity, item in added.items():
        items, begin = number_at(of[identity], 0) if identity in of else (0, 0)
        of[identity] = number_of(items + 1) + of.get(identity, b'')[begin:] + item
    order = sorted(of, key=lambda identity: 9.5 if identity == 12 else identity)
    return module[:8] + b''.join(bytes([i]) + number_of(len(of[i])) + of[i] for i in order)


def main(path, folder, most):
    test = os.path.basename(path)[:-len('.wast')]
    with open(path, encoding='utf-8') as source:
        text = modernize(source.read(), test)
    with open(f'{folder}/{test}.wast', 'w', encoding='utf-8') as out:
        out.write(text)
    subprocess.run(['wast2json', f'{folder}/{test}.wast', '-o', f'{folder}/test.json'], check=True,
                   capture_output=True)
    with open(f'{folder}/test.json', encoding='utf-8') as source:
        commands = json.load(source)['commands']
    modules, current, skipped, numbers = [], None, 0, {'bad': 0, 'refused': 0}

    def keep(kind, name):
        try:
            with open(f'{folder}/{name}', 'rb') as source:
                module = with_start(source.read())
        except (LeftOut, IndexError):
            return
        with open(f'{folder}/{kind}.{numbers[kind]}.wasm', 'wb') as out:
            out.write(module)
        write_manifest(f'{folder}/{kind}.{numbers[kind]}', 1024)
        numbers[kind] += 1

    for command in commands:
        if command['type'] == 'module':
            try:
                current = Module(f'{folder}/{command["filename"]}')
                modules.append(current)
            except subprocess.CalledProcessError:
                current = None
                keep('refused', command['filename'])
        elif command['type'] == 'assert_invalid' and command['module_type'] == 'binary':
            if command['text'] not in ('unknown function', 'unknown type'):  # which `_start` could be
                keep('bad', command['filename'])
        elif command['type'] in ('assert_return', 'assert_trap', 'assert_exhaustion', 'action'):
            if current is None:
                skipped += 1
            else:
                current.add(command)
    kept = [module for module in modules if module.calls][:most]
    for number, module in enumerate(kept):
        module.write(f'{folder}/{number}')
    print(skipped + sum(module.left_out for module in kept)
          + sum(len(module.calls) for module in modules if module not in kept))


if __name__ == '__main__':
    main(sys.argv[1], sys.argv[2], int(sys.argv[3]))
