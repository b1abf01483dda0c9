"""A reader with a solver: everything that can be worked out from published tables, by code that shares none of ours."""

from __future__ import annotations

import math
from collections.abc import Mapping
from functools import cached_property
from typing import Any

import numpy as np
from scipy.optimize import Bounds, LinearConstraint, milp
from scipy.sparse import lil_matrix


class Reader:
    """Collects what is known, then asks how small and how large each hidden count can be."""

    def __init__(self) -> None:
        self.ranges: dict[Any, tuple[float, float]] = {}
        self.known: list[tuple[dict[Any, int], float, float]] = []

    def reads(self, quarter: str, above: Mapping[int, int | None], file: str) -> None:
        """A release's file, and how its places lie in each other."""
        head, *lines = file.splitlines()
        measures = head.split(",")[2:]
        for line in lines:
            _, area, *cells = line.split(",")
            for measure, cell in zip(measures, cells, strict=True):
                self.ranges[quarter, int(area), measure] = self._range(cell)
            for inner, outer in zip(measures[1:], measures, strict=False):
                pair = {(quarter, int(area), outer): 1, (quarter, int(area), inner): -1}
                self.known.append((pair, 0, math.inf))
        for place in set(above.values()) - {None}:
            for measure in measures:
                total = {(quarter, place, measure): 1}
                parts = {(quarter, child, measure): -1 for child, up in above.items() if up == place}
                self.known.append(({**total, **parts}, 0, 0))

    def _range(self, cell: str) -> tuple[float, float]:
        if cell == "<10":
            return 0, 9
        if cell == "withheld":
            return 10, math.inf
        return max(10, int(cell) - 2), int(cell) + 2

    def hidden(self) -> list[Any]:
        """The counts that read "<10"."""
        return [key for key, (_, most) in self.ranges.items() if most == 9]

    def bounds(self, key: Any) -> tuple[int, int]:
        """The least and the most that one count can be, whatever the others are."""
        place, conditions, ranges = self._model
        wish = np.zeros(len(place))
        found = []
        for sign in (1, -1):
            wish[place[key]] = sign
            answer = milp(
                wish,
                constraints=conditions,
                bounds=ranges,
                integrality=np.ones(len(place)),
                # HiGHS as of SciPy 1.17 simplifies some of these models wrongly: it then finds narrower bounds
                # than there are, and other ones for two places of which the same is known.
                options={"presolve": False},
            )
            assert answer.success, answer.message
            found.append(round(sign * answer.fun))
        return found[0], found[1]

    @cached_property
    def _model(self) -> tuple[dict[Any, int], LinearConstraint, Bounds]:
        place = {key: at for at, key in enumerate(self.ranges)}
        matrix = lil_matrix((len(self.known), len(place)))
        for row, (factors, _, _) in enumerate(self.known):
            for one, factor in factors.items():
                matrix[row, place[one]] = factor
        conditions = LinearConstraint(
            matrix.tocsc(), [least for _, least, _ in self.known], [most for _, _, most in self.known]
        )
        ranges = Bounds(
            [least for least, _ in self.ranges.values()], [most for _, most in self.ranges.values()]
        )
        return place, conditions, ranges
