"""An eval, run for all tools in turns."""
import statistics

from session import Failed, Session, run_program


class Measurement:
    """What one tool did with one input."""

    def __init__(self):
        self.turns, self.prepare, self.valid, self.error = [], 0, None, ""

    def record(self):
        return {"nanoseconds of each turn": self.turns, "nanoseconds of preparation": self.prepare, "valid": self.valid, "error": self.error}


def of_a_turn(times):
    """The fastest run: other programs disturb it least. A single run, as hello's, is what it is."""
    return min(times)


def measure(place, evaluation, tools, arguments, turns, seconds, limit, say, found, left):
    """Fills `found`, {function: {description: {tool: Measurement}}}, and `left`, {tool: why it left}. The evals of all tools go on in step,
    because each asks the same in the same order."""
    sessions = {tool: Session(place, evaluation.name, arguments) for tool in tools}
    slow = {}  # functions that took a tool too long: larger sizes are left out
    asked = {}

    def drop(tool, why):
        left[tool] = why
        sessions.pop(tool).stop()

    try:
        while sessions:
            messages = {}
            for tool, session in list(sessions.items()):
                try:
                    messages[tool] = session.receive()
                except (Failed, ValueError) as e:
                    drop(tool, f"the eval fails: {e}")
            for tool, message in list(messages.items()):
                if message is None:
                    sessions.pop(tool).stop()
                    del messages[tool]
                elif message["kind"] == "define":
                    say(f"building {tool}'s {evaluation.name}")
                    error = place.build(tool, evaluation.name)
                    sessions[tool].answer(message, success=not error, error=error)
                    if error:
                        left[tool] = f"it does not build: {error}"
                elif message["kind"] == "analysis":
                    of = asked[tool, message["of"]]
                    of.valid, of.error = message["valid"], of.error or message.get("error", "")
                    sessions[tool].answer(message)
                elif message["kind"] != "evaluate":
                    sessions[tool].answer(message, tool=tool)
            evaluate(place, evaluation, {t: m for t, m in messages.items() if m["kind"] == "evaluate"}, sessions, found, asked, slow,
                     turns, seconds, limit, say)
    finally:
        for session in sessions.values():
            session.stop()


def evaluate(place, evaluation, messages, sessions, found, asked, slow, turns, seconds, limit, say):
    """One input for all tools, in turns; then they answer."""
    outputs = {}
    for turn in range(turns):
        for tool, message in messages.items():
            function, description = message["function"], message.get("description", "")
            m = found.setdefault(function, {}).setdefault(description, {}).setdefault(tool, Measurement())
            if turn == 0:
                # hello asks the same function again and again: one line for each.
                asked[tool, message["id"]] = m
                if (tool, function) in slow:
                    m.error = slow[tool, function]
            if m.error:
                continue
            say(f"{evaluation.name} {description} {function}: {tool}")
            try:
                outputs[tool], times, m.prepare = run_program(place, tool, evaluation.name, message, seconds, limit)
                m.turns.append(of_a_turn(times))
            except Failed as e:
                m.error = str(e)
                if "more than" in m.error:
                    slow[tool, function] = m.error
    for tool, message in messages.items():
        m = asked[tool, message["id"]]
        ok = tool in outputs and not m.error
        sessions[tool].answer(message, success=ok, output=outputs.get(tool), error=m.error or None)


def median(m):
    return statistics.median(m.turns) if m.turns else None
