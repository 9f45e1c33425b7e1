"""Keeps the five processes running: forks them from one that has imported everything, restarts what dies.

A child lives no longer than this process (the kernel tells it), hears SIGTERM from here only, and has five
seconds to finish. What a child writes goes to ``<data_dir>/logs``.
"""

import contextlib
import ctypes
import gc
import os
import selectors
import signal
import sys
import time
import traceback
from collections.abc import Callable
from dataclasses import dataclass, field
from pathlib import Path
from typing import Protocol

from cli import processes
from cli.embedded.places import EmbeddedServerError, send
from cli.problems import SetupError
from kit.settings import Settings

READY_SECONDS = 60.0
FIRST_PAUSE = 0.1
PAGES = "http"
HEARD = (signal.SIGINT, signal.SIGTERM, signal.SIGHUP)
LONGEST_PAUSE = 5.0
STEADY_SECONDS = 30.0
GRACE_SECONDS = processes.STOP_SECONDS + 1.0
LARGEST_LOG = 5_000_000
PR_SET_PDEATHSIG, PR_SET_NAME = 1, 15

Run = Callable[[str, Settings, Callable[[], None]], None]
Say = Callable[[str], None]


class Server(Protocol):
    """An embedded server as the supervisor sees it."""

    def alive(self) -> bool:
        """Say whether it still runs."""

    def stop(self) -> None:
        """Stop it and wait."""


@dataclass
class Child:
    """One of the processes; ``pid`` is 0 while it waits to be started again at ``due``."""

    name: str
    pid: int = 0
    started: float = 0.0
    ready: bool = False
    due: float = 0.0
    pause: float = FIRST_PAUSE
    pipe: int = -1


@dataclass
class Supervised:
    """A server kept running beside the processes, and how to start it again."""

    name: str
    server: Server
    start: Callable[[], Server]
    due: float = 0.0


@dataclass
class Supervisor:
    """Starts, watches and stops; ``keep`` returns when it was told to stop."""

    settings: Settings
    say: Say
    run: Run = processes.run
    close_in_child: tuple[int, ...] = ()
    servers: list[Supervised] = field(default_factory=list)
    children: list[Child] = field(default_factory=list)
    stopping: bool = False
    _selector: selectors.BaseSelector = field(default_factory=selectors.DefaultSelector)
    _wakeup: tuple[int, int] | None = None

    def listen(self) -> None:
        """From here on Ctrl-C and SIGTERM end ``keep`` instead of the process."""
        read, write = os.pipe()
        os.set_blocking(read, False)
        os.set_blocking(write, False)
        self._wakeup = (read, write)
        signal.set_wakeup_fd(write, warn_on_full_buffer=False)
        for what in (signal.SIGINT, signal.SIGTERM, signal.SIGHUP):
            signal.signal(what, self._told)
        signal.signal(signal.SIGCHLD, lambda _number, _frame: None)
        self._selector.register(read, selectors.EVENT_READ)

    def start(self, names: tuple[str, ...]) -> None:
        """Fork every process and wait until all are ready; raises SetupError naming the one that cannot start.

        The pages come last: whoever sees one finds everything behind it running.
        """
        gc.freeze()  # what is imported stays shared between the processes
        deadline = time.monotonic() + READY_SECONDS
        for group in ([name for name in names if name != PAGES], [name for name in names if name == PAGES]):
            fresh = [Child(name) for name in group]
            self.children += fresh
            for child in fresh:
                self._fork(child)
            self._wait_ready(deadline)
            if self.stopping:
                return

    def _wait_ready(self, deadline: float) -> None:
        while not self.stopping and not all(child.ready for child in self.children):
            self._turn(0.5)
            dead = next((child for child in self.children if not child.pid), None)
            late = time.monotonic() > deadline
            failed = dead or next((child for child in self.children if late and not child.ready), None)
            if failed:
                raise SetupError(
                    f"The {failed.name} process {'ended' if dead else 'is not ready'}: {last_words(self._log(failed))}."
                    f" Fix: see {self._log(failed)}",
                )

    def keep(self) -> None:
        """Watch until told to stop; whatever ends by itself is started again, ever more slowly while it keeps ending."""
        while not self.stopping:
            soonest = min((child.due for child in self.children if not child.pid), default=None)
            self._turn(1.0 if soonest is None else max(0.0, min(1.0, soonest - time.monotonic())))
            if self.stopping:
                return
            for child in self.children:
                if not child.pid and child.due <= time.monotonic():
                    self._fork(child)
            for supervised in self.servers:
                self._revive(supervised)

    def stop(self) -> None:
        """End the processes, then the servers; what will not end in time is killed."""
        self.stopping = True
        for child in self.children:
            if child.pid:
                send(child.pid, signal.SIGTERM)
        deadline = time.monotonic() + GRACE_SECONDS
        while any(child.pid for child in self.children) and time.monotonic() < deadline:
            self._turn(0.1)
        for child in self.children:
            if child.pid:
                self.say(f"{child.name} did not stop in time and was ended")
                send(child.pid, signal.SIGKILL)
                os.waitpid(child.pid, 0)
        for supervised in reversed(self.servers):
            supervised.server.stop()

    def _told(self, _number: int, _frame: object) -> None:
        self.stopping = True

    def _turn(self, seconds: float) -> None:
        """Wait for news at most so long, then take note of who is ready and who has ended."""
        for key, _events in self._selector.select(seconds):
            child = key.data
            if child is None:
                with contextlib.suppress(BlockingIOError):
                    os.read(key.fd, 1024)
            elif os.read(key.fd, 1):
                child.ready = True
            else:
                self._forget_pipe(child)
        for child in self.children:
            if child.pid:
                self._reap(child)

    def _reap(self, child: Child) -> None:
        pid, status = os.waitpid(child.pid, os.WNOHANG)
        if not pid:
            return
        code = os.waitstatus_to_exitcode(status)
        lived = time.monotonic() - child.started
        child.pause = FIRST_PAUSE if lived > STEADY_SECONDS else min(child.pause * 2, LONGEST_PAUSE)
        child.pid, child.due = 0, time.monotonic() + child.pause
        self._forget_pipe(child)
        if child.ready and not self.stopping:
            how = signal.Signals(-code).name if code < 0 else f"exit status {code}"
            self.say(f"{child.name} ended ({how}); starting it again. See {self._log(child)}")

    def _forget_pipe(self, child: Child) -> None:
        if child.pipe >= 0:
            self._selector.unregister(child.pipe)
            os.close(child.pipe)
            child.pipe = -1

    def _revive(self, supervised: Supervised) -> None:
        if supervised.server.alive() or supervised.due > time.monotonic():
            return
        self.say(f"{supervised.name} ended; starting it again")
        try:
            supervised.server = supervised.start()
        except EmbeddedServerError as problem:
            self.say(str(problem))
            supervised.due = time.monotonic() + LONGEST_PAUSE

    def _log(self, child: Child) -> Path:
        return self.settings.data_dir / "logs" / f"{child.name}.log"

    def _fork(self, child: Child) -> None:
        read, write = os.pipe()
        sys.stdout.flush()
        sys.stderr.flush()
        parent = os.getpid()
        # A signal between the fork and the child's own handlers would be heard by the parent's, in the wrong process.
        signal.pthread_sigmask(signal.SIG_BLOCK, HEARD)
        pid = os.fork()
        if pid == 0:
            os.close(read)
            self._be(child, parent, write)
        signal.pthread_sigmask(signal.SIG_UNBLOCK, HEARD)
        os.close(write)
        child.pid, child.started, child.ready, child.pipe = pid, time.monotonic(), False, read
        self._selector.register(read, selectors.EVENT_READ, child)

    def _be(self, child: Child, parent: int, write: int) -> None:
        """Be the child; never returns."""
        code = 1
        try:
            self._settle(child, parent)
            self.run(child.name, self.settings, lambda: (os.write(write, b"r"), None)[1])
            code = 0
        except KeyboardInterrupt:
            code = 0
        except SystemExit as end:
            code = end.code if isinstance(end.code, int) else 1
        except BaseException:  # noqa: BLE001  # a forked child must end here, whatever happened
            traceback.print_exc()
        finally:
            with contextlib.suppress(OSError, ValueError):
                sys.stdout.flush()
                sys.stderr.flush()
            os._exit(code)

    def _settle(self, child: Child, parent: int) -> None:
        """Leave the parent's signals, files and name behind."""
        signal.set_wakeup_fd(-1)
        signal.signal(signal.SIGINT, signal.SIG_IGN)
        for what in (signal.SIGTERM, signal.SIGHUP, signal.SIGCHLD):
            signal.signal(what, signal.SIG_DFL)
        signal.pthread_sigmask(signal.SIG_UNBLOCK, HEARD)
        libc = ctypes.CDLL(None, use_errno=True)
        libc.prctl(PR_SET_PDEATHSIG, signal.SIGTERM, 0, 0, 0)
        libc.prctl(PR_SET_NAME, f"lazo-{child.name}".encode(), 0, 0, 0)
        if os.getppid() != parent:
            os._exit(0)
        self._selector.close()
        others = [other.pipe for other in self.children if other.pipe >= 0]
        for descriptor in (*self.close_in_child, *(self._wakeup or ()), *others):
            with contextlib.suppress(OSError):
                os.close(descriptor)
        log = self._log(child)
        log.parent.mkdir(parents=True, exist_ok=True)
        if log.exists() and log.stat().st_size > LARGEST_LOG:
            log.replace(log.with_suffix(".old.log"))
        descriptor = os.open(log, os.O_WRONLY | os.O_CREAT | os.O_APPEND, 0o600)
        os.dup2(descriptor, 1)
        os.dup2(descriptor, 2)
        os.close(descriptor)


def last_words(log: Path) -> str:
    """Return the last line a process wrote: after a traceback, the exception itself."""
    lines = log.read_text(errors="replace").strip().splitlines() if log.exists() else []
    return lines[-1].strip()[:200] if lines else "it said nothing"
