"""Runs LiteLLM's own Router through scenarios.json, in virtual time, with the same sessions and the same model of a provider as simulate.ts.

usage: PYTHON litellm_router.py [SCENARIO | STRATEGY ...]     (PYTHON: one with the litellm package; the benchmark installs one, see bench/README.md)
"""
import asyncio
import datetime as datetime_module
import json
import logging
import math
import os
import selectors
import sys
import time as time_module

START = 1_800_000_000.0
clock = {"seconds": 0.0}
real_time = time_module.time


class VirtualDatetime(datetime_module.datetime):
    """What LiteLLM measures latencies with."""

    @classmethod
    def now(cls, tz=None):
        return cls.fromtimestamp(START + clock["seconds"], tz)

    @classmethod
    def utcnow(cls):
        return cls.fromtimestamp(START + clock["seconds"], datetime_module.timezone.utc).replace(tzinfo=None)


datetime_module.datetime = VirtualDatetime
time_module.time = lambda: START + clock["seconds"]
time_module.monotonic = lambda: START + clock["seconds"]
os.environ["LITELLM_LOCAL_MODEL_COST_MAP"] = "True"
import httpx  # noqa: E402
import litellm  # noqa: E402
from litellm import CustomLLM, Router  # noqa: E402

litellm.suppress_debug_info = True
litellm.set_verbose = False
logging.disable(logging.CRITICAL)

SIMULATION = json.load(open(os.path.join(os.path.dirname(os.path.abspath(__file__)), "scenarios.json")))
STRATEGIES = ["simple-shuffle", "least-busy", "latency-based-routing", "usage-based-routing-v2"]


class VirtualSelector(selectors.DefaultSelector):
    """Waits for nothing: where the loop would wait, the clock jumps. Only for threads that the loop waits for is there a real pause."""

    loop = None

    def select(self, timeout=None):
        if self.loop.outstanding > 0:
            return super().select(0.02)
        events = super().select(0)
        if not events and timeout is not None and timeout > 0:
            clock["seconds"] += timeout
        return events


class VirtualLoop(asyncio.SelectorEventLoop):
    def __init__(self):
        selector = VirtualSelector()
        selector.loop = self
        self.outstanding = 0
        super().__init__(selector)

    def time(self):
        return clock["seconds"]

    def run_in_executor(self, executor, func, *args):
        self.outstanding += 1
        future = super().run_in_executor(executor, func, *args)
        future.add_done_callback(lambda _future: setattr(self, "outstanding", self.outstanding - 1))
        return future


def chance_of(seed):
    """mulberry32, as in chance.ts."""
    state = seed & 0xFFFFFFFF

    def imul(a, b):
        return (a * b) & 0xFFFFFFFF

    def draw():
        nonlocal state
        state = (state + 0x6D2B79F5) & 0xFFFFFFFF
        mixed = imul(state ^ (state >> 15), state | 1)
        mixed ^= (mixed + imul(mixed ^ (mixed >> 7), mixed | 61)) & 0xFFFFFFFF
        return ((mixed ^ (mixed >> 14)) & 0xFFFFFFFF) / 2**32

    return draw


def exponential(mean, chance):
    return -math.log(1 - chance()) * mean


def normal(chance):
    return math.sqrt(-2 * math.log(1 - chance())) * math.cos(2 * math.pi * chance())


class Provider:
    """See provider.ts."""

    def __init__(self, own, seed):
        self.own, self.chance = own, chance_of(seed)
        self.start = clock["seconds"]
        self.cached, self.in_flight, self.minute, self.minute_calls = {}, 0, -1, 0
        self.warm_calls, self.last_call = 0, -math.inf
        self.calls = self.later_turns = self.cached_turns = 0
        self.cost = 0.0

    def is_troubled(self):
        since = (clock["seconds"] - self.start) / 60
        return self.own.get("from", 0) <= since < self.own.get("until", math.inf)

    def coldness(self, now):
        factor = self.own.get("coldFactor")
        if factor is None:
            return 1
        if now - self.last_call > self.own.get("coldAfterSeconds", math.inf):
            self.warm_calls = 0
        self.last_call = now
        cold = max(0, 1 - self.warm_calls / self.own.get("warmUpCalls", 1))
        self.warm_calls += 1
        return 1 + (factor - 1) * cold

    async def admit(self):
        """What a provider says before its stream begins: 429, 500, or nothing."""
        now = clock["seconds"]
        self.calls += 1
        minute = int((START + now) // 60)
        if minute != self.minute:
            self.minute, self.minute_calls = minute, 0
        self.minute_calls += 1
        if self.minute_calls > self.own.get("perMinute", math.inf):
            wait = str(60 - int((START + now) % 60))
            raise litellm.RateLimitError("simulated", "sim", "m", response=httpx.Response(429, headers={"retry-after": wait}, request=httpx.Request("POST", "http://sim")))
        if self.is_troubled() and self.chance() < self.own.get("failShare", 0):
            await asyncio.sleep(SIMULATION["provider"]["failMs"] / 1000)
            raise litellm.InternalServerError("simulated", "sim", "m")

    async def first_token(self, session, turn, prompt):
        now, troubled = clock["seconds"], self.is_troubled()
        provider, price = SIMULATION["provider"], SIMULATION["usdPerMillionTokens"]
        at, tokens = self.cached.get(session, (-math.inf, 0))
        known = tokens if now - at < SIMULATION["promptCacheSeconds"] else 0
        is_cached = known > 0
        if turn > 0:
            self.later_turns += 1
            self.cached_turns += is_cached
        self.cost += ((prompt - known) * price["input"] + known * price["cached"]) / 1e6
        self.in_flight += 1
        try:
            tail = provider["tailFactor"] if self.chance() < provider["tailShare"] else 1
            load = 1 + max(0, self.in_flight - provider["capacity"]) / provider["capacity"]
            wait = provider["medianMs"] * math.exp(provider["spread"] * normal(self.chance)) * (provider["cachedShare"] if is_cached else 1) * tail * load
            wait *= self.coldness(now)
            await asyncio.sleep(wait * (self.own.get("slower", 1) if troubled else 1) / 1000)
            self.cached[session] = (clock["seconds"], prompt)
        finally:
            self.in_flight -= 1


class Simulated(CustomLLM):
    providers = []

    async def astreaming(self, model, messages, *args, **kwargs):
        session, turn, prompt = (int(part) for part in messages[-1]["content"].split())
        provider = self.providers[int(model.removeprefix("d"))]
        await provider.first_token(session, turn, prompt)
        yield {"text": "word", "is_finished": False, "finish_reason": "", "usage": None, "index": 0, "tool_use": None}
        output = SIMULATION["outputTokens"]
        await asyncio.sleep(output * SIMULATION["provider"]["tokenMs"] / 1000)
        provider.cost += output * SIMULATION["usdPerMillionTokens"]["output"] / 1e6
        yield {"text": "", "is_finished": True, "finish_reason": "stop", "usage": {"prompt_tokens": prompt, "completion_tokens": output, "total_tokens": prompt + output}, "index": 0, "tool_use": None}


answer = litellm.main.acompletion.__wrapped__


async def acompletion(model, messages=[], **kwargs):  # noqa: B006
    """LiteLLM's own, except that a provider refuses before the stream is handed out, as one behind HTTP does."""
    await Simulated.providers[int(model.rsplit("d", 1)[1])].admit()
    return await answer(model=model, messages=messages, **kwargs)


litellm.acompletion = litellm.utils.client(acompletion)


async def run(scenario, strategy):
    seed = SIMULATION["seed"]
    providers = Simulated.providers = [Provider(own, seed * 1000 + index) for index, own in enumerate(scenario["deployments"])]
    router = Router(
        model_list=[{"model_name": "m", "litellm_params": {"model": f"sim/d{index}"}, "model_info": {"id": f"d{index}"}} for index in range(len(providers))],
        routing_strategy=strategy, num_retries=2,
    )
    first_tokens, errors, open_sessions = [], 0, set()

    async def ask(session, turn, prompt):
        nonlocal errors
        started, first = clock["seconds"], None
        try:
            stream = await router.acompletion(model="m", messages=[{"role": "user", "content": f"{session} {turn} {prompt}"}], stream=True)
            async for _chunk in stream:
                first = first if first is not None else (clock["seconds"] - started) * 1000
            first_tokens.append(first)
        except Exception:
            errors += 1

    async def one_session(number):
        chance = chance_of(seed + number * 7919)
        for turn in range(max(1, round(exponential(scenario.get("meanTurns", SIMULATION["meanTurns"]), chance)))):
            await ask(number, turn, SIMULATION["promptTokens"]["first"] + turn * SIMULATION["promptTokens"]["perTurn"])
            await asyncio.sleep(exponential(SIMULATION["thinkSeconds"], chance))

    chance, end, number = chance_of(seed), clock["seconds"] + SIMULATION["minutes"] * 60, 0
    while clock["seconds"] < end:
        task = asyncio.ensure_future(one_session(number))
        open_sessions.add(task)
        task.add_done_callback(open_sessions.discard)
        number += 1
        await asyncio.sleep(exponential(1 / scenario.get("sessionsPerSecond", SIMULATION["sessionsPerSecond"]), chance))
    while open_sessions:
        await asyncio.wait(open_sessions)
    ordered, calls = sorted(first_tokens), sum(provider.calls for provider in providers)
    requests, even = len(first_tokens) + errors, calls / len(providers)
    at = lambda share: ordered[min(len(ordered) - 1, int(len(ordered) * share))] if ordered else 0  # noqa: E731
    return {
        "scenario": scenario["name"], "strategy": f"LiteLLM {strategy}", "requests": requests, "errorShare": errors / requests, "p50Ms": at(0.5), "p95Ms": at(0.95), "p99Ms": at(0.99),
        "costUsd": sum(provider.cost for provider in providers),
        "cacheHitShare": sum(provider.cached_turns for provider in providers) / max(1, sum(provider.later_turns for provider in providers)),
        "unevenness": max(abs(provider.calls - even) / even for provider in providers), "callsPerRequest": calls / requests,
    }


def main():
    litellm.custom_provider_map = [{"provider": "sim", "custom_handler": Simulated()}]
    wanted = sys.argv[1:]
    named = [name for name in wanted if name not in STRATEGIES]
    for scenario in SIMULATION["scenarios"]:
        if named and scenario["name"] not in named:
            continue
        for strategy in [strategy for strategy in STRATEGIES if strategy in wanted] or STRATEGIES:
            loop = VirtualLoop()
            asyncio.set_event_loop(loop)
            started = real_time()
            # A line each, so that an interrupted run has told something.
            print(json.dumps(loop.run_until_complete(run(scenario, strategy))), flush=True)
            print(f"{scenario['name']} {strategy}: {real_time() - started:.0f} s", file=sys.stderr)
    os._exit(0)


main()
