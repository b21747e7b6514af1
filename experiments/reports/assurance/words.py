"""What only people can write: purpose, uses and misuses, limits, roles. Everything else in the pack is generated from declarations and results."""

from __future__ import annotations

USES = (
    (
        "Policy teams",
        "compare ways of working before trying them: who is asked, how cases are handled, whether people are told what came of it; with size, timing, who gains and cost",
    ),
    (
        "Researchers",
        "study what a mechanism implies, which evidence would decide between theories, and what the facts do not identify",
    ),
    ("Trainers", "show how service, trust and taking part feed back on each other, where intuition misleads"),
)
MISUSES = (
    "To forecast an election, a person, a date, or a level: levels of opinion are set by thresholds that were fitted to national surveys.",
    "To rank councils or wards by how apathetic their people are: what is not known about a place is imputed, and marked as such.",
    "To decide about a person: simulated residents are not real people.",
    "To justify asking people without answering them: that this does harm is one of the model's most robust results.",
    "To quote one number without its range and its assumptions.",
)
ROLES = (
    ("Commissioner", "asks the question and says what the answer is for", ""),
    ("Senior responsible owner", "is accountable for the use of the result", ""),
    ("Analyst", "ran the comparison, and keeps the folder of results with its provenance", ""),
    ("Analytical assurer", "checked this pack against the question, independently of the analyst", ""),
)
VERIFICATION = (
    ("A second implementation", "The same month, resident by resident in plain Python with the same keyed draws, equals the fast one: whole numbers exactly, others to 1e-6, on random worlds and with each loop alone", ("tests/simulation/test_oracle.py::test_kernels_equal_the_plain_model", "tests/simulation/test_oracle.py::test_every_loop_alone_equals_the_plain_model")),
    ("Limits with exact solutions", "Mean trust without ties, participation without loops, and contagion without memory agree with the closed form, the logistic and the mean field", ("tests/simulation/test_analytic_limits.py::test_without_ties_mean_trust_goes_to_its_fixed_point", "tests/simulation/test_analytic_limits.py::test_without_loops_participation_is_the_logistic_of_its_log_odds", "tests/simulation/test_analytic_limits.py::test_pure_contagion_without_memory_follows_the_mean_field")),
    ("Twin worlds", "A dose of zero changes no byte; order, threads, workers and observers change nothing; a restored checkpoint continues byte for byte", ("tests/simulation/test_twin_worlds.py::test_zero_dose_changes_no_byte", "tests/simulation/test_twin_worlds.py::test_the_order_of_residents_changes_no_byte", "tests/simulation/test_twin_worlds.py::test_process_threads_hash_seed_locale_and_time_zone_change_no_byte", "tests/simulation/test_twin_worlds.py::test_observers_change_no_byte", "tests/simulation/test_twin_worlds.py::test_a_checkpoint_goes_on_byte_for_byte")),
    ("Randomness", "Published tests of keyed draws in six orders; on 10^8 draws in make prove", ("tests/simulation/test_randomness.py::test_published_tests_pass",)),
    ("Claims", "Directions that the theory implies, with intervals: those close to an assumption verify the code, the others emerge", ("tests/simulation/test_claims.py::test_claim", "tests/simulation/test_claims.py::test_every_direction_is_looked_at")),
    ("The baseline", "Levels lie in the bands of the facts that they are set to, stay flat for five years, and are the same from high and from low starting values", ("tests/simulation/test_baseline.py::test_a_calibrated_level_is_near_its_band", "tests/simulation/test_baseline.py::test_the_baseline_is_flat_over_sixty_months", "tests/simulation/test_baseline.py::test_high_and_low_starts_end_in_the_same_steady_state")),
    ("Statistics with known answers", "Ishigami and Sobol functions, a planted box, a known optimum, fits of censored times", ("tests/experiments/test_study_answers.py::test_ishigami_comes_out_within_its_tolerance", "tests/experiments/test_study_answers.py::test_sobols_g_function_comes_out_and_what_matters_nothing_is_said_so", "tests/experiments/test_study_answers.py::test_a_planted_box_is_found", "tests/experiments/test_study_answers.py::test_a_small_knapsack_is_packed_to_its_known_optimum", "tests/scenarios/test_records.py")),
    ("Birth, experience and chance", "Worlds made by hand in which who takes part is a trait, a first experience or a coin come out as all birth, all experience and all chance", ("tests/experiments/test_origins.py::test_a_trait_a_first_experience_and_a_coin_are_told_apart", "tests/experiments/test_origins.py::test_components_are_what_was_put_in")),
    ("Nothing is lost", "Processes are killed at every step of a commit: nothing is lost, and nothing is stored twice", ("tests/faults/test_kills.py",)),
    ("Bad input", "Each is refused with file, field, value, what is allowed and the nearest name, before anything is run", ("tests/scenarios/test_bad_input.py", "tests/cases")),
)  # fmt: skip
CANNOT = (
    "This model cannot tell you what a level will be next year: future shocks and the media are not in it, elections only where they are set, and levels of opinion are set to match surveys.",
    "This model cannot tell you what your institution is like: without its records, the numbers are national judgements.",
    "This model cannot tell you how large a programme's effect on services is: the dose of each intervention is a judgement; try half of it and double.",
    "This model cannot tell you about voting, protest beyond petitions and rallies, or taking part at work and in private life.",
    "This model cannot tell you about groups that its places do not describe: ethnicity, disability and migration are not in it.",
    "This model cannot tell you that an effect is caused in the world because it is in the model: it shows what follows if the mechanisms are right.",
)
TRACE = (
    ("Problem formulation", "Purpose, users and misuse"),
    ("Model description", "The model in brief; The ODD description (groundswell odd)"),
    ("Data evaluation", "Data and licences; Evidence"),
    ("Conceptual model evaluation", "Assumptions"),
    ("Implementation verification", "Verification"),
    ("Model output verification", "Calibration and uncertainty"),
    ("Model analysis", "Sensitivity: what conclusions depend on; Other theories"),
    ("Model output corroboration", "Validation"),
)
