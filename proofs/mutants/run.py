#!/usr/bin/env -S python3 -B
"""
Put bugs into a copy of the tree, one at a time, and see that something notices each of them.

    run.py BUILD    leaves BUILD/mutants.json; exit code 0: all noticed; 1: survivors; 3: cannot tell

    SAMPLE=10       a random tenth                  SEED=text   the same choice again, or another one
    COUNT=240       systematic mutants in all       ONLY=text   only those whose key contains it
    POBF_MUTANT_CACHE=DIR   for developers: what was asked of the same text is not asked again
"""

import json
import os
import re
import resource
import secrets
import shutil
import signal
import subprocess
import sys
import tempfile
import time

import choice
import equivalent
import known
from bench import CannotTell
from workshop import Workshop

ASKED = {'frama-c': '-version', 'cvc4': '--version', 'z3': '--version', 'gcc': '-dumpfullversion'}


def say(line=''):
    print(line, flush=True)


def versions():
    found = {'python': sys.version.split()[0]}
    for tool, flag in ASKED.items():
        if shutil.which(tool) is None:
            raise CannotTell(f'{tool} is not installed')
        said = subprocess.run([tool, flag], capture_output=True, text=True, check=True).stdout
        found[tool] = re.search(r'\d+(\.\d+)+', said)[0]
    return found


class Settings:
    def __init__(self, environment):
        self.sample = int(environment.get('SAMPLE', '1'))
        self.seed = environment.get('SEED', '1' if self.sample == 1 else secrets.token_hex(4))
        self.count = int(environment.get('COUNT', choice.COUNT)) // self.sample
        self.only = environment.get('ONLY', '')


class Score:
    """What became of each mutant."""

    def __init__(self, settings):
        self.settings = settings
        self.killed, self.of_known = {}, {'total': 0, 'killed': 0, 'not_here': 0}
        self.total, self.stillborn, self.excused, self.survivors = 0, 0, 0, []

    def count(self, mutant, layer, why, excuses):
        if layer == 'stillborn':
            self.stillborn += 1
            return
        self.total += 1
        if layer:
            self.killed[layer] = self.killed.get(layer, 0) + 1
        elif mutant.key in excuses:
            self.excused += 1
        else:
            self.survivors.append(mutant)
        say(f'  {layer or ("EQUIVALENT" if mutant.key in excuses else "SURVIVES"):10} '
            f'{mutant.path}:{mutant.line} {mutant.operator} ({mutant.owner})  {why}')
        if not layer:
            say(f'             {mutant.before}\n          -> {mutant.after}')

    def count_known(self, bug, layer, why):
        self.of_known['total'] += 1
        if layer == 'not here':
            self.of_known['not_here'] += 1
        else:
            self.total += 1
            if layer:
                self.killed[layer] = self.killed.get(layer, 0) + 1
                self.of_known['killed'] += 1
            else:
                self.survivors.append(bug)
        say(f'  {layer or "SURVIVES":10} {bug.path}:{bug.line} {bug.operator}  {why}')

    def object(self, tools, remembered):
        killed = sum(self.killed.values())
        tried = self.total - self.excused
        return {
            'total': self.total, 'killed': self.killed, 'equivalent': self.excused,
            'survivors': [{'file': m.path, 'line': m.line, 'operator': m.operator,
                           'before': m.before, 'after': m.after} for m in self.survivors],
            'score': 100 * killed / tried if tried else 0, 'stillborn': self.stillborn,
            'sample': self.settings.sample, 'seed': self.settings.seed,
            'remembered': remembered, 'failures': self.of_known, 'tools': tools}


def try_all(shop, settings, score):
    everything = choice.universe(shop.tree)
    order = [m for m in choice.ranked(everything, '1' if settings.sample > 1 else settings.seed)
             if settings.only in m.key]
    if settings.sample > 1:
        order = choice.shuffled(order[:settings.count * settings.sample], settings.seed)
    excuses = equivalent.read(shop.root, {m.key for m in everything})
    bugs = known.some(shop.root, settings)
    shop.test_as_it_is(known.targets(bugs))
    say(f'the tree as it is: {sum(map(len, shop.tests.values()))} unit tests pass')
    for mutant, layer, why in shop.until(settings.count, order):
        score.count(mutant, layer, why, excuses)
        if layer not in (None, 'stillborn') and mutant.key in excuses:
            raise CannotTell(f'equivalent.txt excuses what is noticed ({layer}): {mutant.key}')
    for bug, layer, why in shop.each(known.fate, bugs):
        score.count_known(bug, layer, why)


def stop(number, _):
    sys.exit(128 + number)


def main(build):
    settings, began = Settings(os.environ), time.monotonic()
    score = Score(settings)
    report = os.path.join(build, 'mutants.json')
    os.makedirs(build, exist_ok=True)
    signal.signal(signal.SIGTERM, stop)
    if os.path.exists(report):
        os.remove(report)
    work = tempfile.mkdtemp(prefix='pobf-mutants-')
    try:
        tools = versions()
        say(f'mutants: seed {settings.seed}, one in {settings.sample}')
        shop = Workshop(build, work)
        try_all(shop, settings, score)
    except CannotTell as why:
        print(f'mutants: {why}', file=sys.stderr)
        return 3
    finally:
        shutil.rmtree(work, ignore_errors=True)
    result = score.object(tools, shop.answers.remembered)
    with open(report, 'w', encoding='utf-8') as stream:
        json.dump(result, stream, indent=2)
    for survivor in score.survivors:
        say(f'survives: {survivor.key}')
    used = resource.getrusage(resource.RUSAGE_CHILDREN)
    layers = ', '.join(f'{layer} {n}' for layer, n in sorted(score.killed.items()))
    say(f'{score.total} mutants: {layers}; {score.excused} equivalent, {len(score.survivors)} survive '
        f'({result["score"]:.1f} %; {score.stillborn} stillborn; {time.monotonic() - began:.0f} s, '
        f'{used.ru_utime + used.ru_stime:.0f} s of processors)')
    return 1 if score.survivors else 0


if __name__ == '__main__':
    sys.exit(main(sys.argv[1]))
