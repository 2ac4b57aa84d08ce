"""The standing map: roots, proofs, and the files of a layer."""

import unittest

from layers import parse_current, parse_layer
from notes import Malformed
from prefixmap import (
    EMPTY,
    EMPTY_ROOT,
    Tree,
    check_absence,
    check_presence,
    leaf,
    node_hash,
    parse_sibling,
    sha256,
)
from sample_map import layer, map_files, prove


def facts(count):
    return {sha256(b"document %d" % i): b"fact %d" % i for i in range(count)}


def root_of(found):
    return Tree([(key, node_hash(leaf(key, value))) for key, value in found.items()]).root()


def proof(found, key):
    return prove([(known, sha256(value)) for known, value in found.items()], key)


class Roots(unittest.TestCase):
    def test_those_of_the_documentation(self):
        self.assertEqual(root_of({}), EMPTY_ROOT)
        for count, root in (
            (0, "e60055537d90faaccb2be51f744b9b4a759ff758c1fe1f361d773294dae4f03f"),
            (8, "5016050023c345982f1df6e711021055d9110b474296ffd37cc6a790f6f9d4f3"),
            (1000, "7a7948bb41214b95a5eb7bd9c827fef78af90a05af4c357bda28228a510699b4"),
        ):
            self.assertEqual(root_of(facts(count)).hex(), root)


class Proofs(unittest.TestCase):
    def test_every_key_of_small_maps(self):
        for count in range(12):
            found = facts(count)
            root = root_of(found)
            for i in range(20):
                key, value = sha256(b"document %d" % i), b"fact %d" % i
                siblings = proof(found, key)
                if i < count:
                    check_presence(root, key, value, siblings)
                    with self.assertRaises(Malformed):
                        check_presence(root, key, value + b"!", siblings)
                    with self.assertRaises(Malformed):
                        check_absence(root, key, siblings)
                else:
                    check_absence(root, key, siblings)
                    with self.assertRaises(Malformed):
                        check_presence(root, key, value, siblings)

    def test_a_sibling_under_another_label_proves_no_absence(self):
        found = facts(2)
        root, (key, other) = root_of(found), sorted(found)
        (mine, _), (theirs, commits_to) = leaf(key, found[key]), leaf(other, found[other])
        first = (256, bytes([mine[1][0] ^ 1]) + mine[1][1:]), sha256(found[key])
        with self.assertRaisesRegex(Malformed, "does not lead to the root"):
            check_absence(root, key, [first, (theirs, commits_to)])

    def test_the_text_form(self):
        self.assertEqual(parse_sibling("empty"), EMPTY)
        good = "3 oA== " + "A" * 43 + "="
        self.assertEqual(parse_sibling(good), ((3, b"\xa0" + bytes(31)), bytes(32)))
        for bad in (
            "",
            good.replace("3 ", "03 "),
            good.replace("3 ", "0 "),
            good.replace("3 ", "2 "),
            good.replace("oA==", "oAA="),
            good.replace("A=", "A"),
            f"{good} x",
        ):
            with self.assertRaises(Malformed, msg=bad):
                parse_sibling(bad)


class Layers(unittest.TestCase):
    def test_a_layer_reads_as_it_was_written(self):
        for depth, bits in ((1, 0), (1, 1), (3, 0), (5, 3), (8, 8)):
            found = facts(40)
            read = parse_layer(layer(found, depth, bits))
            records = {}
            for _, group in read.groups.values():
                records.update(group)
            self.assertEqual((read.depth, records), (depth, found))

    def test_every_flipped_byte_is_seen_by_form_or_hash(self):
        good = layer(facts(5))
        whole = parse_layer(good)
        for at in range(len(good)):
            flipped = bytearray(good)
            flipped[at] ^= 1
            try:
                read = parse_layer(bytes(flipped))
            except Malformed:
                continue
            # What is left to the comparison with the facts' own tree.
            self.assertNotEqual((read.groups, read.slots), (whole.groups, whole.slots), at)

    def test_current(self):
        files = map_files(facts(3), 7)
        read = parse_current(files["map/current"])
        self.assertEqual((read.covers, read.entry, read.keys, len(read.layers)), (7, 7, 3, 1))
        for bad in (b"", files["map/current"][:-1], files["map/current"].replace(b"keys 3", b"keys 4")):
            with self.assertRaises(Malformed):
                parse_current(bad)


if __name__ == "__main__":
    unittest.main()
