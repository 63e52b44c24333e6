"""The process that holds the suite and the reference, and decides the score.

Theory of operation. The judge *server* (`python -m grader.judge`) imports numpy, or torch, once and takes orders from
the host over its standard input. For each version of a bundle it forks a *suite* process, which writes the bundle to
the judge's own scratch, loads the reference and the known-wrong answers, and lets pytest collect the tests. There,
inside pytest's own run loop, it forks once per *run*: that child connects to a sandbox, runs the collected tests with a
`student` that is a proxy, diagnoses what failed by putting each known-wrong answer in the student's place, writes one
event per test to the host, and exits. Nothing of one run is left for the next.
"""
