"""Hostile completions: code, LaTeX bombs, deep nesting, megabytes, odd characters, regex traps."""

from collections.abc import Iterator

CODE = [
    "__import__('os').system('touch {canary}')",
    "__import__('pathlib').Path('{canary}').touch()",
    "open('{canary}', 'w')",
    "open('{canary}', 'w').write('x')",
    "exec(\"open('{canary}', 'w')\")",
    "eval(\"open('{canary}', 'w')\")",
    "[c for c in ().__class__.__base__.__subclasses__()]",
    "().__class__.__bases__[0].__subclasses__()[104].load_module('os').system('touch {canary}')",
    "(lambda: open('{canary}', 'w'))()",
    "(x := open('{canary}', 'w'))",
    "Symbol('x').__init__.__globals__['__builtins__']['open']('{canary}', 'w')",
    'S(\'open("{canary}", "w")\')',
    'sympify(\'open("{canary}", "w")\')',
    'parse_expr(\'open("{canary}", "w")\')',
    "Function('open')('{canary}', 'w')",
    "lambdify(x, open('{canary}', 'w'))",
    "x.subs(x, open('{canary}', 'w'))",
    "E.__class__.__mro__[-1].__subclasses__()",
    "1 if open('{canary}', 'w') else 2",
    "print(open('{canary}', 'w'))",
    "import os; os.system('touch {canary}')",
    "f\"{{open('{canary}', 'w')}}\"",
    "\\input{{/etc/passwd}}",
    "\\write18{{touch {canary}}}",
    "\\immediate\\write18{{touch {canary}}}",
    "\\newwrite\\f \\openout\\f={canary}",
    "\\csname open\\endcsname('{canary}')",
    "\\def\\x{{\\x\\x}}\\x",
    "\\operatorname{{open}}('{canary}')",
    "\\text{{__import__('os').system('touch {canary}')}}",
    "$(touch {canary})",
    "`touch {canary}`",
    "; touch {canary} #",
    "| touch {canary}",
    "&& touch {canary}",
    "{{{{ self.__init__.__globals__ }}}}",
    "{{% import os %}}{{{{ os.system('touch {canary}') }}}}",
    "<script>fetch('//example.org')</script>",
    "<img src=x onerror=alert(1)>",
    "' OR 1=1; DROP TABLE answers; --",
    "!!python/object/apply:os.system ['touch {canary}']",
    "%s%s%s%n%n%n",
    "../../../../../../{canary}",
    "javascript:alert(1)",
    "cos(__import__('os').system('touch {canary}'))",
    "\\sin(open('{canary}','w'))",
    "2 + open('{canary}', 'w')",
    "\\frac{{__import__('os').system('touch {canary}')}}{{2}}",
]

BOMBS = [
    "9^{9^{9^9}}",
    "9**9**9**9",
    "2^{2^{2^{2^{2^{2}}}}}",
    "10^{10^{10}}",
    "(((10!)!)!)!",
    "100000000!",
    "\\binom{10^9}{5\\cdot10^8}",
    "\\sum_{i=1}^{10^{12}} i^{i}",
    "\\prod_{i=1}^{10^9} i",
    "\\int_0^{1} x^{x^{x^{x}}} e^{\\sin(x^{x})} dx",
    "(a+b+c+d+e+f)^{500}-(a+b+c+d+e+f)^{499}",
    "\\gcd(10^{1000000},7^{1000000})",
    "\\zeta(10^{9})",
    "\\Gamma(10^{10})",
    "\\lim_{x\\to 0}\\frac{\\sin(x^{x^{x}})}{x^{x}}",
    "1e999999999",
    "1.5\\times10^{999999999}",
    "0.\\overline{" + "9" * 1_500 + "}",
    "9" * 1_999,
    "9" * 100_000,
    "1:" * 900 + "1",
    "(" * 900 + "5" + ")" * 900,
    "(" * 450 + "5" + ")" * 450,
    "(" * 90_000,
    "[" * 900 + "5" + "]" * 900,
    "{" * 900 + "5" + "}" * 900,
    "\\{" * 400 + "5" + "\\}" * 400,
    "\\frac{1}{" * 200 + "2" + "}" * 200,
    "\\frac{1}{" * 20_000,
    "\\sqrt{" * 250 + "2" + "}" * 250,
    "x^{" * 400 + "2" + "}" * 400,
    "\\left(" * 300 + "2" + "\\right)" * 300,
    "\\text{" * 300 + "2" + "}" * 300,
    "\\begin{pmatrix}" * 100 + "1" + "\\end{pmatrix}" * 100,
    "-" * 1_900 + "5",
    "\\pm" * 600 + "5",
    "+".join(["x"] * 900),
    "=".join(["x"] * 900),
    "<".join(["x"] * 900),
    ",".join(["\\sqrt{2}"] * 220),
    ",".join(str(n) for n in range(400)),
    "\\cup".join(["(1,2)"] * 150),
    "\\begin{pmatrix}" + "\\\\".join(["x&y&z&w"] * 100) + "\\end{pmatrix}",
    "|" * 1_900,
    "5!" + "!" * 1_000,
    "a_{" * 400 + "1" + "}" * 400,
]

CHARACTERS = [
    *("\0", "\0 5", "5\0", "\u202e5", "\u2066\u2067\u20685", "\u200b5\u200d", "\ufeff5", "\ud800"),
    *("\udfff5", "\x1b[31m5\x1b[0m", "\x07\x08\x0c5", "5\u0301\u0302", "𝟝", "５", "⑤", "²³", "½⅓"),
    *("\u2028 5", "5\u2029", "\r5\r", "\x85", "\u00a05", "٥", "५", "Ⅴ", "\U000e0041", "\uffff"),
]

TRAPS = [
    *("a" * 30, "1,", "1 ", "$", "$$", "\\(", "\\[", "\\]", "\\boxed{", "\\boxed{}", "{", "}", '"'),
    *(
        "answer is ",
        "The answer to the ",
        "final answer",
        "so ",
        "therefore ",
        "(A) ",
        "A,",
        "and ",
    ),
    *(
        " ",
        "\n",
        "\t",
        "\\",
        "\\\\",
        "\\text{",
        "{,}",
        "^",
        "_",
        "%",
        "####",
        "**",
        "1.",
        ". ",
        "!?",
    ),
    *(
        "\\frac",
        "\\sqrt",
        "<think>",
        "</think>",
        "<|im_end|>",
        "Question: ",
        "≤",
        "①",
        "或",
        "答案",
    ),
]


def completions(canary: str) -> Iterator[str]:
    """Some 600 completions; those with code would make the file ``canary`` if it ran."""
    attacks = [code.format(canary=canary) for code in CODE]
    for attack in [*attacks, *BOMBS]:
        yield f"Let us see.\nThe answer is {attack}"
        yield f"So $x = \\boxed{{{attack}}}$."
        yield f"Thus $${attack}$$"
        yield attack
    for characters in CHARACTERS:
        yield f"The answer is {characters}"
        yield f"\\boxed{{{characters}}}"
        yield characters * 1_000
    for trap in TRAPS:
        yield trap * (1_000_000 // len(trap))
        yield f"The answer is {trap * (1_900 // len(trap))}"
        yield "The answer is 5. " + trap * 200
