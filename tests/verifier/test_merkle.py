"""The tree and its tiles."""

import unittest

import merkle


class Merkle(unittest.TestCase):
    def test_the_known_root_of_eight_leaves(self):
        # The reference data of the Certificate Transparency implementations.
        data = ["", "00", "10", "2021", "3031", "40414243", "5051525354555657"]
        data.append("606162636465666768696a6b6c6d6e6f")
        leaves = [merkle.leaf_hash(bytes.fromhex(item)) for item in data]
        root = "5dc9da79a70659a9ad559cb701ded9a2ab9d823aad2f4960cfe370eff4604328"
        self.assertEqual(merkle.root_hash(merkle.Tree(leaves).node, 8).hex(), root)

    def test_the_proofs_that_rfc_6962_gives_for_seven_leaves(self):
        tree = merkle.Tree([merkle.leaf_hash(bytes([i])) for i in range(7)])
        a, b, d, e, f, j = (tree.node(0, i) for i in (0, 1, 3, 4, 5, 6))
        c = tree.node(0, 2)
        g, h, i, k = (tree.node(1, 0), tree.node(1, 1), tree.node(1, 2), tree.node(2, 0))
        l = merkle.node_hash(i, j)
        self.assertEqual(merkle.inclusion_proof(tree.node, 0, 7), [b, h, l])
        self.assertEqual(merkle.inclusion_proof(tree.node, 3, 7), [c, g, l])
        self.assertEqual(merkle.inclusion_proof(tree.node, 4, 7), [f, j, k])
        self.assertEqual(merkle.inclusion_proof(tree.node, 6, 7), [i, k])
        self.assertEqual(merkle.consistency_proof(tree.node, 3, 7), [c, d, g, l])
        self.assertEqual(merkle.consistency_proof(tree.node, 4, 7), [l])
        self.assertEqual(merkle.consistency_proof(tree.node, 6, 7), [i, j, k])
        self.assertEqual(merkle.node_hash(a, b), g)
        self.assertEqual(merkle.node_hash(e, f), i)

    def test_every_proof_of_every_size(self):
        leaves = [merkle.leaf_hash(bytes([i % 256, i // 256])) for i in range(300)]
        tree = merkle.Tree(leaves)
        roots = [merkle.root_hash(tree.node, size) for size in range(301)]
        self.assertEqual(roots[0], merkle.EMPTY_ROOT)
        for size in range(1, 301):
            node = self.tiles_of(leaves[:size]).node
            for index in {*range(0, size, 7), size // 2, size - 1}:
                proof = merkle.inclusion_proof(node, index, size)
                args = leaves[index], index, size, proof, roots[size]
                self.assertTrue(merkle.inclusion_holds(*args), (index, size))
            for old in {*range(1, size, 11), size // 2 or 1, size}:
                proof = merkle.consistency_proof(node, old, size)
                args = old, roots[old], size, roots[size], proof
                self.assertTrue(merkle.consistency_holds(*args), (old, size))

    def test_a_wrong_proof_never_holds(self):
        leaves = [merkle.leaf_hash(bytes([i])) for i in range(40)]
        tree = merkle.Tree(leaves)
        roots = [merkle.root_hash(tree.node, size) for size in range(41)]
        for size in range(1, 41):
            for index in range(size):
                proof = merkle.inclusion_proof(tree.node, index, size)
                for wrong in self.wrong(proof):
                    args = leaves[index], index, size, wrong, roots[size]
                    self.assertFalse(merkle.inclusion_holds(*args), (index, size))
                other = leaves[index - 1] if size > 1 else bytes(32)
                args = other, index, size, proof, roots[size]
                self.assertFalse(merkle.inclusion_holds(*args), (index, size))
            for old in range(1, size + 1):
                proof = merkle.consistency_proof(tree.node, old, size)
                for wrong in self.wrong(proof):
                    args = old, roots[old], size, roots[size], wrong
                    self.assertFalse(merkle.consistency_holds(*args), (old, size))
                args = old, bytes(32), size, roots[size], proof
                self.assertFalse(merkle.consistency_holds(*args), (old, size))

    def test_paths_and_widths(self):
        self.assertEqual(merkle.number_path(0), "000")
        self.assertEqual(merkle.number_path(1000), "x001/000")
        self.assertEqual(merkle.number_path(1234067), "x001/x234/067")
        self.assertEqual(merkle.tile_path(0, 273, 112), "tile/0/273.p/112")
        # The example of tlog-tiles.
        level = [list(merkle.tiles_of_level(level, 70000)) for level in range(3)]
        self.assertEqual((len(level[0]), level[0][-1]), (274, (273, 112)))
        self.assertEqual(level[1:], [[(0, 256), (1, 17)], [(0, 1)]])
        self.assertEqual(list(merkle.tile_levels(70000)), [0, 1, 2])
        self.assertEqual(list(merkle.tiles_of_level(1, 256)), [(0, 1)])

    def wrong(self, proof):
        yield [*proof, bytes(32)]
        for place in range(len(proof)):
            yield [*proof[:place], bytes(32), *proof[place + 1 :]]
            yield [*proof[:place], *proof[place + 1 :]]

    def tiles_of(self, leaves):
        tree = merkle.Tree(leaves)

        def read(level, number):
            last = min((number + 1) * 256, tree.count(8 * level))
            return b"".join(tree.node(8 * level, i) for i in range(number * 256, last))

        return merkle.Tiles(read)


if __name__ == "__main__":
    unittest.main()
