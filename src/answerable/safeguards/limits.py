"""Limits without identity: buckets shared by everybody, kept in memory, keyed by nothing about a person."""

from __future__ import annotations

import threading
import time
from collections.abc import Callable

#: More keys than this and the fullest buckets are forgotten: they hold no restraint anyway.
MOST_KEYS = 10_000


class TokenBucket:
    """Lets `burst` through at once and `rate` a minute after that, for each key apart.

    Kept by each server process for itself: with n processes the limit is n times as wide.
    """

    def __init__(self, rate: float, burst: float, *, clock: Callable[[], float] = time.monotonic) -> None:
        self.rate = rate / 60.0
        self.burst = float(burst)
        self._clock = clock
        self._lock = threading.Lock()
        self._levels: dict[str, tuple[float, float]] = {}

    def take(self, key: str = "") -> bool:
        """Use one token; False when none is left."""
        with self._lock:
            now = self._clock()
            level, then = self._levels.get(key, (self.burst, now))
            level = min(self.burst, level + (now - then) * self.rate)
            allowed = level >= 1.0
            self._levels[key] = (level - 1.0 if allowed else level, now)
            if len(self._levels) > MOST_KEYS:
                self._forget()
            return allowed

    def give_back(self, key: str = "") -> None:
        """Return a token: the try was a good one."""
        with self._lock:
            level, then = self._levels.get(key, (self.burst, self._clock()))
            self._levels[key] = (min(self.burst, level + 1.0), then)

    def wait_seconds(self, key: str = "") -> int:
        """Whole seconds until a token is there."""
        with self._lock:
            level, then = self._levels.get(key, (self.burst, self._clock()))
            level = min(self.burst, level + (self._clock() - then) * self.rate)
            return 0 if level >= 1.0 else int((1.0 - level) / self.rate) + 1

    def _forget(self) -> None:
        keep = sorted(self._levels.items(), key=lambda item: item[1][0])[: MOST_KEYS // 2]
        self._levels = dict(keep)
