"""The two tenacity policies: a call in hand, and until connected at start."""

from tenacity import (
    AsyncRetrying,
    retry_if_exception_type,
    stop_after_attempt,
    stop_after_delay,
    wait_exponential_jitter,
)

from hub.errors import TemporaryFailure


def call_in_hand(tries: int = 4) -> AsyncRetrying:
    """A few quick tries (about three seconds) of a call somebody waits for."""
    return AsyncRetrying(
        retry=retry_if_exception_type(TemporaryFailure),
        stop=stop_after_attempt(tries),
        wait=wait_exponential_jitter(multiplier=0.1, max=2, jitter=0.1),
        reraise=True,
    )


def until_connected(seconds: float = 60) -> AsyncRetrying:
    """Try until the other side is up, at start only."""
    return AsyncRetrying(
        retry=retry_if_exception_type(TemporaryFailure),
        stop=stop_after_delay(seconds),
        wait=wait_exponential_jitter(multiplier=0.2, max=3, jitter=0.2),
        reraise=True,
    )
