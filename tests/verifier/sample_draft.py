"""Makes commitments and the proofs of openings for the tests: docs/record.md section 10."""

import base64
import hashlib

import merkle

LEAVES = 16


def b64(raw):
    return base64.b64encode(raw).decode()


class Draft:
    """A draft whose paragraphs lie at positions 3, 4, and so on."""

    def __init__(self, *paragraphs):
        self.paragraphs = [paragraph.encode() for paragraph in paragraphs]
        leaves = [hashlib.sha256(b"padding %d" % i).digest() for i in range(LEAVES)]
        for place, paragraph in enumerate(self.paragraphs):
            leaves[3 + place] = merkle.leaf_hash(self.salt(place) + paragraph)
        self.tree = merkle.Tree(leaves)

    def salt(self, place):
        return hashlib.sha256(b"salt %d" % place).digest()

    @property
    def root(self):
        return merkle.root_hash(self.tree.node, LEAVES).hex()

    def open(self, *places):
        """(text, proof) of an opening of these paragraphs."""
        proof = [f"leaves {LEAVES}", f"root {self.root}"]
        for place in places:
            length = len(self.paragraphs[place])
            proof.append(f"paragraph {length} {3 + place} {b64(self.salt(place))}")
            path = merkle.inclusion_proof(self.tree.node, 3 + place, LEAVES)
            proof += [b64(sibling) for sibling in path]
        text = b"\n\n".join(self.paragraphs[place] for place in places)
        return text, "".join(f"{line}\n" for line in proof).encode()
