"""How fast one socket may speak."""

import time
from collections.abc import Callable


class TokenBucket:
    """``rate`` messages a second after a burst of ``burst``; a socket that goes on regardless is ``abusive``."""

    def __init__(
        self, rate: float = 20, burst: float = 60, patience: int = 200, clock: Callable[[], float] = time.monotonic
    ) -> None:
        self._rate, self._burst, self._patience, self._clock = rate, burst, patience, clock
        self._tokens, self._at = burst, clock()
        self.refused = 0

    def take(self) -> bool:
        """True when one more message is allowed now."""
        now = self._clock()
        self._tokens = min(self._burst, self._tokens + (now - self._at) * self._rate)
        self._at = now
        if self._tokens < 1:
            self.refused += 1
            return False
        self._tokens -= 1
        self.refused = max(0, self.refused - 1)
        return True

    @property
    def is_abusive(self) -> bool:
        """True once far more was refused than an honest client would send."""
        return self.refused > self._patience
