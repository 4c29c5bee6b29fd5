"""Tests of the driver: python3 benchmarks/driver/tests.py. None measures a time."""
import json
import pathlib
import sys
import tempfile
import unittest
from unittest import mock

import peers
import plot
from peers import Failed, Peer, alternate, distance
from spread import Spread, interval, number, ratio, table
from suites import programs
from targets import TARGETS, targets_table, verdicts

PEER = """
import json, sys
print(json.dumps({greeting}), flush=True)
for line in sys.stdin:
    print(json.dumps({{"wall_ms": [8, 2, 4], "processor_ms": [{ms}] * int(line)}}), flush=True)
"""


def peer(name, ms=1.0, threads=1, **greeting):
    greeting = {"loss": 1.0, "gradient": [3.0, 4.0], **greeting}
    return lambda: Peer(name, [sys.executable, "-c", PEER.format(greeting=greeting, ms=ms)], threads)


class Spreads(unittest.TestCase):
    def test_a_ratio_is_formed_within_each_pair(self):
        self.assertEqual(Spread.ratio([1, 4, 9], [1, 2, 3]), Spread(2, 1, 3))

    def test_small_ratios_are_printed_as_fractions(self):
        self.assertEqual(ratio(1 / 28), "1/28.0")
        self.assertEqual(ratio(1.345), "1.34")
        self.assertEqual(interval(Spread(1, 0.25, 2)), "1/4.0 .. 2")

    def test_numbers_have_about_three_digits(self):
        self.assertEqual([number(x) for x in (0, 0.01234, 1.5, 12.34, 123.4)], ["0", "0.0123", "1.50", "12.3", "123"])
        self.assertEqual(number(40, "ns"), "40 ns")

    def test_tables_align_numbers_to_the_right(self):
        self.assertEqual(table(["a", "b"], [["long", 1]]), "a     b\n----  -\nlong  1")


class Targets(unittest.TestCase):
    def test_the_median_decides(self):
        target = TARGETS[0]
        met = verdicts({target.key: Spread(target.at_most, 0, 99)})[target.key][2]
        missed = verdicts({target.key: Spread(target.at_most * 1.01, 0, 99)})[target.key][2]
        self.assertEqual((met, missed), (True, False))

    def test_what_was_not_measured_is_said_so(self):
        self.assertIn("not measured", targets_table({}, [TARGETS[0].suite]))

    def test_keys_are_unique(self):
        self.assertEqual(len({t.key for t in TARGETS}), len(TARGETS))


class Peers(unittest.TestCase):
    def test_they_run_in_turns_and_tell_how_far_apart_they_are(self):
        records = alternate([peer("a"), peer("b", ms=2.0, gradient=[3.0, 4.0004])], 3, 0.001)
        self.assertEqual(records["a"]["ms"], [1.0] * 3)
        self.assertEqual(records["b"]["ms"], [2.0] * 3)
        self.assertAlmostEqual(records["b"]["gradient_apart"], 8e-5, 6)
        self.assertEqual(records["a"]["gradient_apart"], 0)

    def test_what_computes_something_else_is_not_compared(self):
        with self.assertRaisesRegex(Failed, "b does not compute what a does"):
            alternate([peer("a"), peer("b", gradient=[3.0, 4.1])], 1, 0.001)

    def test_more_threads_are_timed_by_the_clock(self):
        started = peer("a", threads=2)()
        self.assertEqual(started.run(1), 4)
        started.stop()

    def test_one_that_cannot_take_part_is_left_out_with_its_reason(self):
        records = alternate([peer("a"), peer("b", skipped="no AVX-512")], 1, 0.001)
        self.assertEqual(records["b"], {"skipped": "no AVX-512"})

    def test_one_that_ends_early_is_an_error_that_shows_what_it_said(self):
        with self.assertRaisesRegex(Failed, "no such case"):
            Peer("a", [sys.executable, "-c", "raise SystemExit('no such case')"])

    def test_gradients_of_different_length_are_not_compared(self):
        with self.assertRaises(Failed):
            distance([1.0], [1.0, 2.0])


class Programs(unittest.TestCase):
    @staticmethod
    def record(ratio):
        return {"engram": {"ms": [ratio]}, "by hand": {"ms": [1.0]}}

    def test_small_matrices_are_judged_by_the_worst_of_them_when_all_were_measured(self):
        records = {"solve": self.record(1.0), "inverse": self.record(3.0)}
        self.assertEqual(programs.measured(records), {})
        records["cholesky"] = self.record(2.0)
        self.assertEqual(programs.measured(records), {"small_matrices": Spread(3, 3, 3)})

    def test_every_target_is_measured(self):
        records = {name: self.record(1.0) for name in programs.CASES}
        self.assertLessEqual({t.key for t in TARGETS if t.suite == "programs"}, set(programs.measured(records)))


class Places(unittest.TestCase):
    def test_engrams_programs_are_built_anew_since_make_does_not_know_the_library(self):
        sys.path.append(str(pathlib.Path(peers.__file__).with_name("gradbench")))
        from place import ENGRAM, Place
        with tempfile.TemporaryDirectory() as folder:
            checkout = pathlib.Path(folder, "checkout")
            (checkout / "tools/other").mkdir(parents=True)
            (checkout / "tools/other/Makefile").touch()
            (checkout / "cpp").mkdir()
            place = Place(checkout, pathlib.Path(folder, "place"), "python3", {})
            for tool, stays in ((ENGRAM, False), ("other", True)):
                program = place.folder / "tools" / tool / "bin/hello"
                program.parent.mkdir(parents=True)
                program.touch()
                self.assertEqual(place.add(tool), "")
                self.assertEqual(program.exists(), stays)


class Plots(unittest.TestCase):
    def test_without_gnuplot_the_script_is_left(self):
        with tempfile.TemporaryDirectory() as folder, mock.patch.object(plot.shutil, "which", return_value=None):
            path = pathlib.Path(folder) / "a.png"
            self.assertTrue(plot.draw(path, plot.block("d", [("x", 1.5, None)]) + "plot $d\n"))
            self.assertIn('"x"\t1.5\tNaN', path.with_suffix(".gp").read_text())


if __name__ == "__main__":
    unittest.main()
