"""What only people can say: purpose, uses and misuses, limits, roles. Everything else in the pack is read from declarations and results."""

from __future__ import annotations

USES = (
    ("Policy teams", "compare ways of working before they are tried: who is asked, how cases are handled, whether people are told what came of it; size, timing, who gains, cost"),
    ("Researchers", "ask what a mechanism implies, which evidence would decide between theories, and what the facts do not identify"),
    ("Trainers", "show feedback between service, trust and taking part, where intuition misleads"),
)  # fmt: skip
MISUSES = (
    "To forecast an election, a person, a date, or a level: levels of opinion are set by thresholds that were fitted to national surveys.",
    "To rank councils or wards by how apathetic their people are: outside what is known of a place, it is imputed and says so.",
    "To decide about a person: residents are drawn, and are nobody.",
    "To justify asking people without answering them: that this harms is among the model's firmest results.",
    "To quote one number without its range and without what was assumed.",
)  # fmt: skip
ROLES = (
    ("Commissioner", "asks the question and says what the answer is for", ""),
    ("Senior responsible owner", "answers for the use of the result", ""),
    ("Analyst", "ran the comparison, and keeps the folder with provenance", ""),
    ("Analytical assurer", "read this pack against the question, apart from the analyst", ""),
)
VERIFICATION = (
    ("A second implementation", "The same month, resident by resident in plain Python with the same keyed draws, equals the fast one: whole numbers exactly, others to 1e-6, on random worlds and with each loop alone", "tests/simulation/test_oracle.py"),
    ("Limits solved on paper", "Mean trust without ties, participation without loops, and contagion without memory agree with closed form, logistic and mean field", "tests/simulation/test_analytic_limits.py"),
    ("Twin worlds", "A dose of nothing leaves every byte; order, threads, workers and observers change nothing; a restored checkpoint goes on byte for byte", "tests/simulation/test_twin_worlds.py"),
    ("Randomness", "Published batteries on 10^8 keyed draws in six orders", "tests/simulation/test_randomness.py"),
    ("Claims", "Directions that the theory demands, with intervals: those near an assumption verify the code, the others emerge", "tests/simulation/test_claims.py"),
    ("Exact results", "A kept result is compared to the last digit; a change of numbers is a decision", "tests/simulation/test_baseline.py"),
    ("Statistics with known answers", "Ishigami and Sobol functions, a planted box, a known optimum, fits of censored times", "tests/experiments/test_study_answers.py"),
    ("Nothing is lost", "Kills at every step of a commit by several processes: nothing lost, nothing twice", "tests/faults/test_kills.py"),
    ("Bad input", "Each is refused with file, field, value, what is allowed and the nearest name, before anything is run", "tests/scenarios/test_bad_input.py"),
)  # fmt: skip
CANNOT = (
    "This model cannot tell you what a level will be next year: shocks, media and elections are not in it, and opinion levels are set.",
    "This model cannot tell you what your institution is like: without its records it has national judgements.",
    "This model cannot tell you how large a programme's effect on services is: the dose of each intervention is a judgement; try it at half and at twice.",
    "This model cannot tell you about voting, protest beyond petitions and rallies, or taking part at work and in private life.",
    "This model cannot tell you about groups that its places do not describe: ethnicity, disability and migration are not in it.",
    "This model cannot tell you that an effect is caused in the world because it is in the model: it says what follows if the mechanisms are right.",
)
TRACE = (
    ("Problem formulation", "Purpose, users and misuse"),
    ("Model description", "The model in brief; The ODD description (groundswell odd)"),
    ("Data evaluation", "Data and licences; Evidence"),
    ("Conceptual model evaluation", "Assumptions"),
    ("Implementation verification", "Verification"),
    ("Model output verification", "Calibration and uncertainty"),
    ("Model analysis", "Sensitivity: what conclusions hang on; Other theories"),
    ("Model output corroboration", "Validation"),
)
