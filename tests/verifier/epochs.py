"""The epochs of a log: docs/record.md section 6. The root of the map at each is made
from all facts before it.
"""

from cosignatures import cosigned_at
from facts import Facts
from merkle import root_hash
from notes import Malformed
from prefixmap import Tree, leaf, node_hash


class Epochs:
    """Follows the epochs of a log."""

    def __init__(self, report, state):
        self.report = report
        self.facts = Facts(state)
        self._leaves = {}  # the map's key -> the hash of the leaf
        self._late = set()  # keys of facts that somebody else has refreshed
        self._root = None
        self._taken = []  # (entry, root said, checkpoint)

    def all_facts(self):
        """The facts so far, by the map's keys."""
        self._late |= self.facts.refresh()
        return self.facts.by_key

    def before(self):
        """Makes the root of the facts before an entry."""
        for key in self.facts.refresh() | self._late:
            self._leaves[key] = node_hash(leaf(key, self.facts.by_key[key]))
        self._late = set()
        self._root = Tree(self._leaves.items()).root().hex()

    def take(self, index, statement, checkpoint):
        """Holds a valid epoch against that root."""
        said = statement.get("map")
        if said != self._root:
            self.report.fault(f"entry {index}", f"its map is not what the log gives, {self._root}")
        self._taken.append((index, said, checkpoint))

    def count(self):
        return len(self._taken)

    def is_one(self, index, root):
        return any((index, root) == taken[:2] for taken in self._taken)

    def check_checkpoints(self, tree, witnesses):
        """Each epoch's checkpoint is one of this log; cosignatures in it verify."""
        for index, _, checkpoint in self._taken:
            where = f"entry {index}"
            if checkpoint.root != root_hash(tree.node, checkpoint.size):
                what = f"its checkpoint has another root at {checkpoint.size} entries"
                self.report.fault(where, what)
            for witness in witnesses:
                try:
                    cosigned_at(checkpoint.note, witness)
                except Malformed as error:
                    self.report.fault(where, error)
