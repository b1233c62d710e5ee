"""
With what effort the tree as it is proves: the least that proves a function also tries its mutants.
Where `make prove` has proved a module, and it is still the same, its log says how many steps each
goal took.
"""

import os
import re
import subprocess

from bench import EFFORTS, TOTAL, CannotTell

ALL = ''    # in the place of a function: all of a module
GOAL = re.compile(r'^\[wp\] \[([^]]*)\] Goal typed_(\S+) : Valid(.*)')
STEPS = re.compile(r'\((\d+)\)')


def logged(build, module, functions):
    """The effort for each of these functions, and for ALL; {} where no proof of the module holds."""
    stamp = os.path.join(build, module[:-2] + '.proved')
    current = ['make', '-sq', f'B={build}', stamp]
    if not os.path.exists(stamp) or \
            subprocess.run(current, check=False, capture_output=True).returncode:
        return {}
    with open(f'{stamp}.json.log', encoding='utf-8') as stream:
        lines = stream.read().splitlines()
    totals = [total for total in map(TOTAL.match, lines) if total]
    if not totals or any(total[1] != total[2] for total in totals):
        return {}
    efforts = dict.fromkeys([*functions, ALL], EFFORTS[0])
    for goal in filter(None, map(GOAL.match, lines)):
        owners = [name for name in functions if goal[2].startswith(name + '_')]
        owner = max(owners, key=len, default=ALL)
        for name in (owner, ALL):
            efforts[name] = max(efforts[name], of_goal(goal), key=EFFORTS.index)
    return efforts


def of_goal(goal):
    """The least effort that proves a goal of the log, and one that is by half harder."""
    if goal[1] == 'Qed':
        return EFFORTS[0]
    steps = STEPS.findall(goal[3])
    if not goal[1].startswith('CVC4') or not steps:
        return EFFORTS[-1]
    return next((e for e in EFFORTS if 2 * e[1] > 3 * int(steps[-1])), EFFORTS[-1])


def tried(bench, module, names):
    """The effort for each of these functions, by proving: together, or else one by one."""
    functions = [name for name in names if name != ALL]
    goal, effort = bench.prove(module, functions, EFFORTS if len(names) == 1 else EFFORTS[:1])
    if goal is None:
        return dict.fromkeys(names, effort)
    if len(names) == 1:
        raise CannotTell(f'the tree as it is does not pass: {module}: {goal}')
    return {name: e for one in names for name, e in tried(bench, module, [one]).items()}
