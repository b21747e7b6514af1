"""A scripted attacker, small: nothing is let out, others go on clicking, and what was taken is given back. Times and sizes are in docs/reference/proof.md."""

from __future__ import annotations

import time

from .attacker import attacking, clicks
from .visiting import waited


def test_an_attacker_gets_nothing_and_others_go_on(own_server):
    before = own_server.descriptors()
    with attacking(own_server.port, 4.0, 1) as attack:
        found = waited(clicks(own_server.port, 5))
    assert len(found) == 5
    answers, leaks = attack.answers, attack.leaks
    assert leaks == []
    refused = {answer.split(": ")[1] for answer in answers if answer.startswith(("path", "header"))}
    assert refused <= {"200", "307", "400", "403", "404", "413", "414", "421", "431", ""}, answers
    assert len(refused) > 3, answers
    assert answers.get("upload: 400", 0) > 0, answers
    assert not [answer for answer in answers if ": 5" in answer], answers
    end = time.monotonic() + 180
    while own_server.descriptors() > before + 20:
        assert time.monotonic() < end, "what was taken is not given back"
        time.sleep(0.5)
    assert "Exception in ASGI application" not in own_server.log()
    assert waited(clicks(own_server.port, 1))
