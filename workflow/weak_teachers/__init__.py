"""Weak teachers: which supervision makes a student better at tasks that its teachers find hard.

One module a stage, each a command (``python -m weak_teachers.<stage> --help``) and a library.
"""
