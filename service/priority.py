"""Let threads that compute give way to the one that answers."""

from __future__ import annotations

import contextlib
import os
import sys
import threading

# A third of the weight that it had: under load a refusal, which costs little, need not wait
# for a batch, which fills the core.
_NICENESS = 5


# Of Python's lock, in seconds. At the usual five milliseconds the thread that answers waits so long
# after every system call while a text is tokenised, and requests pile up before they are looked at.
_SWITCH_S = 0.0005


def share_fairly() -> None:
    """Let threads hand Python's lock on quickly; for the whole process."""
    sys.setswitchinterval(_SWITCH_S)


def give_way() -> None:
    """Lower the priority of the calling thread, and of those that it starts.

    Only Linux knows threads of different priority in one process; elsewhere nothing is done.
    """
    if hasattr(os, "setpriority") and os.path.isdir("/proc/self/task"):
        thread = threading.get_native_id()
        with contextlib.suppress(OSError):
            before = os.getpriority(os.PRIO_PROCESS, thread)
            os.setpriority(os.PRIO_PROCESS, thread, min(19, before + _NICENESS))
