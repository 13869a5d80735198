"""Models: the simulated model, its plan, prices, latency, and the endpoint that charges them.

A *plan* (`plan.py`) is what a perfect model would do for one task. `SimulatedModel` plays it with
the competence of a dated *preset*: it forgets, mistypes, makes things up, copes with drift, gives
up, and falls for planted text, each with a chance that the preset sets. `ModelEndpoint` announces
each call at the injection points, traces it, and charges virtual time and list prices.

What this can tell: how the *harness* around a model behaves. Its retries, guards, verification,
graph, budgets and prompts-as-wiring meet a model that errs in known ways, at known rates, and two
harnesses meet the same errors (every draw is keyed by knob, step and try), so that a difference
between them is theirs.

What it cannot tell: how good a model is, how good a prompt is, or how two real models rank. The
model reads the task's own oracle plan, so that success without faults is by construction, and its
words to the user are the plan's. The competence numbers are chosen, not measured. For those
questions run live or recorded models.

How the simulated model behaves, in the order in which it decides:

1. A temptation that it was exposed to and falls for (drawn once per temptation and conversation)
   is acted on at the next turn, once; then the plan goes on.
2. A step that failed is tried again with the chance `persist`; after `errors_max` errors, or once
   persistence fails, it apologises and escalates. "Already done" after an unclear try counts as
   done. A call whose answer never comes back counts as an error.
3. A poll whose condition does not hold is repeated after `wait(seconds)`, if there is such a tool,
   up to `polls_max`; then the model promises to follow up.
4. A step may be skipped, or preceded by a call to a tool that does not exist.
5. Arguments come from results *as the model saw them*. A field that has gone is found again with
   the chance `drift_repair`, else another is taken for it or a value is made up; arguments are
   renamed and converted to what the tool's schema shows, with the same chance; one argument may be
   wrong. An empty reading is read again; an empty answer to a write is not a reason to repeat it.
6. Questions and answers to the user are words without a call. After the last, a short closing.
"""
