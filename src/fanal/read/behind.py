"""A thread that works behind: what a caller hands over is done in that order while the caller goes on.

For work that leaves the interpreter (Arrow, Parquet, SQL, compiled loops): it runs beside the
caller. Few jobs may wait, so that memory stays bounded.
"""

import queue
import threading
from collections.abc import Callable

Job = Callable[[], object]


class Behind:
    """One thread and its queue. An error of a job is raised by the next `do` and by `finish`; no job runs after it."""

    def __init__(self, waiting: int = 1) -> None:
        """Begin.

        Args:
            waiting: how many jobs may wait for the one at work; `do` blocks beyond that.
        """
        self._jobs: queue.Queue[Job | None] = queue.Queue(waiting)
        self._error: BaseException | None = None
        self._thread: threading.Thread | None = None

    def do(self, job: Job) -> None:
        """Hand over a job."""
        self._raise()
        if self._thread is None:
            self._thread = threading.Thread(target=self._work, daemon=True)
            self._thread.start()
        self._jobs.put(job)

    def finish(self) -> None:
        """Wait until everything is done."""
        self.stop()
        self._raise()

    def stop(self) -> None:
        """Wait for the jobs handed over, whatever became of them. More can be handed over afterwards."""
        if self._thread is not None:
            self._jobs.put(None)
            self._thread.join()
            self._thread = None

    def _work(self) -> None:
        while (job := self._jobs.get()) is not None:
            # After an error the others are taken and left undone, so that nobody waits for room.
            if self._error is None:
                try:
                    job()
                except BaseException as e:  # noqa: BLE001  it is raised where the caller is
                    self._error = e

    def _raise(self) -> None:
        if self._error is not None:
            raise self._error
