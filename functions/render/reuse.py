"""Takes over the pictures of a finished render of the same content, instead of drawing them once more."""

from functions.render.results import Results
from shared.renders import claims
from shared.renders.claims import Settlement, StoredOutput
from shared.request import Request
from shared.stores.db import wait_for_storage


def take_over(results: Results) -> bool:
    """Settles the render with the outputs of a finished one, if there is one and they are all still stored; whether it did.

    In two transactions, because the storage may be slow: saves wait for the shader's row, which only the second one holds.
    From the first one on the outputs are entered as this render's, too, so that nobody deletes them in between.
    Raises LeaseLost, StorageError.
    """
    end = _adopt(results)
    if end is None:
        return False
    results.settle_as(end)
    return True


def _adopt(results: Results) -> Settlement | None:
    """Enters a finished render's outputs as this one's; how that one ended, or None where there is none to take over."""
    with results.services.request() as request:
        claims.hold(request.connection, results.claim)
        finished = claims.find_finished(request.connection, results.claim, results.key)
        if finished is None:
            return None
        render, end = finished
        outputs = claims.outputs_of(request.connection, render)
        stored = _are_stored(request, outputs)
        # The lease's own renewals had to wait for this row.
        claims.renew(request.connection, results.claim)
        if not stored:
            return None
        claims.adopt_outputs(request.connection, results.claim, outputs)
    return end


def _are_stored(request: Request, outputs: list[StoredOutput]) -> bool:
    """Whether all of them are in the storage in their size; their keys stay locked."""
    wait_for_storage(request.connection)
    for output in sorted(outputs, key=lambda output: output.key):
        claims.lock_key(request.connection, output.key)
        if request.services.storage.size(output.key) != output.size:
            return False
    return True
