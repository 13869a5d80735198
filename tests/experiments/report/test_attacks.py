from sandbox.experiments.report.attacks import attack_panels
from sandbox.experiments.results import Results


def test_only_cells_with_an_attack_have_a_funnel(results: Results) -> None:
    assert [(a.condition, a.agent) for a in attack_panels(results)] == [
        ("planted_injection", "naive"), ("planted_injection", "hardened"),
        ("adversarial_customer", "naive"), ("adversarial_customer", "hardened"),
    ]  # fmt: skip


def test_the_counts_are_those_of_the_conversations_and_never_grow(results: Results) -> None:
    for attack in attack_panels(results):
        units = [
            u for u in results.conversations
            if (u.agent, u.condition) == (attack.agent, attack.condition)
        ]  # fmt: skip
        exposed, attempted, effected = attack.stages
        assert (exposed.count, exposed.of) == (sum(u.attack["exposed"] for u in units), len(units))
        assert attempted.of == effected.of == exposed.count
        assert effected.count == sum(u.attack["effected"] for u in units)
        assert exposed.width >= attempted.width >= effected.width


def test_the_rates_are_those_of_the_summary(results: Results) -> None:
    attack = attack_panels(results)[0]
    value = results.metric("attack_effected_rate")[attack.agent, attack.condition]["value"]
    assert attack.stages[2].rate.startswith(f"{100 * value:.0f} %")
    assert abs(attack.stages[2].count / attack.stages[2].of - value) < 1e-6
