"""Which revocations count: docs/authority.md, "Revocation"."""

from authority import Signers, View, identity


def counting_with(acts, counting, added, suffixes_at):
    """The revocations that count with one more; None if that is not signed then.

    `acts` are the statements of all histories before it.
    """
    count = [*counting, added]
    while True:
        view = View(acts, count, suffixes_at)
        unsigned = next((one for one in count if not is_signed(view, one)), None)
        if unsigned is None:
            return count
        if unsigned is added:
            return None
        count.remove(unsigned)


def is_signed(view, revocation):
    """Whether a revocation holds in the light of a view in which it counts."""
    statement, place, signers = revocation.statement, revocation.place, revocation.signers
    name, revoked = revocation.name, identity(statement.get("key"))
    if revocation.speaker != name:
        return view.way_of(name, revocation.speaker, place, signers) is not None
    left = [pair for pair in signers.keys if identity(pair[1]) != revoked]
    if view.way_of(name, name, place, Signers(signers.entry, tuple(left))) is not None:
        return True
    keys = view.in_force(name, place)
    if statement.get("suspect") is not None or keys is None:
        return False
    signed = {identity(vkey) for _, vkey in signers.keys}
    return revoked in signed & {identity(vkey) for _, vkey in view.usable(keys.list, place)}
