"""Who may draw next, where more jobs wait than may draw at once."""

import asyncio
from collections import Counter


class Turns:
    """So many jobs at once; the next one is of the owner with the fewest at work, and of those the one that has waited longest."""

    def __init__(self, many: int) -> None:
        self._free = many
        self._at_work = Counter[str]()
        self._waiting: list[tuple[str, asyncio.Future[None]]] = []

    @property
    def free(self) -> int:
        """Jobs that might begin now."""
        return self._free

    async def take(self, owner: str) -> None:
        """Waits for a turn."""
        if not self._free:
            entry = (owner, asyncio.get_running_loop().create_future())
            self._waiting.append(entry)
            try:
                await entry[1]
            except asyncio.CancelledError:
                if entry in self._waiting:
                    self._waiting.remove(entry)
                else:
                    self.give_back(owner)
                raise
            return
        self._free -= 1
        self._at_work[owner] += 1

    def give_back(self, owner: str) -> None:
        """Ends a turn, which is the next one's."""
        self._at_work[owner] -= 1
        if not self._at_work[owner]:
            del self._at_work[owner]
        waiting = [entry for entry in self._waiting if not entry[1].done()]  # a cancelled one is about to leave
        if not waiting:
            self._free += 1
            return
        entry = min(waiting, key=lambda entry: self._at_work[entry[0]])
        self._waiting.remove(entry)
        self._at_work[entry[0]] += 1
        entry[1].set_result(None)
