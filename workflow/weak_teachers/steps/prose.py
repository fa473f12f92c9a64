"""Prose: English words that tell where an expression in a sentence begins and ends."""

import re

from weak_teachers.steps.notation import words

VERBS = words(
    """is are was were be will would has have had gives give gave makes make made costs cost equals
    equal becomes become gets get got means so then which that because since if when where"""
)
"""Words that end an expression: what follows isn't its unit."""
AMOUNTS = words(
    """dozen hundred thousand million billion trillion hundreds thousands millions billions
    halves thirds fourths quarters remainder rem mod modulo choose less fewer lower short am pm
    squared cubed factorial"""
)
"""Words after a number that change what it says."""
JOINING = words("and or to")
"""Words between the parts of one amount, or between two of them."""
APPLIED = words(
    """times by plus minus twice half double triple thrice negative squared cubed than in per
    two three four five six seven eight nine ten between from sin cos tan cot sec csc arcsin arccos
    arctan log ln exp sqrt root abs gcd lcm max min floor ceil factorial"""
)
"""Words before an expression that do something to it."""
SHARES = re.compile(
    r"(?:half|halves|third|fourth|quarter|fifth|sixth|seventh|eighth|ninth|tenth|percent|fraction"
    r"|multiple|root|square|cube|average|mean|median|logarithm)s?"
)
"""Words that do so with an "of"."""
