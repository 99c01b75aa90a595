# SPDX-License-Identifier: Apache-2.0
"""Runs the same calls of a client library against two servers, and compares what it returns or throws."""


def plain(value):
    """Values as they can be compared and printed: types matter, addresses do not."""
    if isinstance(value, dict):
        return {plain(name): plain(item) for name, item in value.items()}
    if isinstance(value, (list, tuple)):
        return [plain(item) for item in value]
    if isinstance(value, (set, frozenset)):
        return sorted((plain(item) for item in value), key=repr)
    if isinstance(value, (bytes, str, int, float, bool, type(None))):
        return value
    return repr(value)


def failure(error):
    return f"{type(error).__name__}: {error}"


def near(left, right, tolerance):
    numbers = all(isinstance(value, (int, float)) and not isinstance(value, bool) for value in (left, right))
    return numbers and min(left, right) >= 0 and abs(left - right) <= tolerance


def compare(steps, reference, ours, tolerances):
    """Prints what differs in two lists of results, and returns how much. A tolerance is a number, or a function that
    says of two results whether they are the same."""
    count = 0
    for name, left, right in zip(steps, reference, ours):
        tolerance = tolerances.get(name)
        if callable(tolerance):
            same = tolerance(left, right)
        else:
            same = left == right and type(left) is type(right) or tolerance is not None and near(left, right, tolerance)
        if not same:
            count += 1
            print(f"=== {name}\n    Redis: {left!r}\n    ours:  {right!r}"[:2_000])
    return count
