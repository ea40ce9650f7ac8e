"""The anthropic package."""
import json

from anthropic import Anthropic

from tools import CITY, MAX_TURNS, QUESTION, SYSTEM, TOOLS, heard

ANTHROPIC_TOOLS = [{"name": name, "description": text, "input_schema": schema} for name, (text, schema) in TOOLS.items()]
BASE = {"max_tokens": 8000, "system": SYSTEM}
ASKED = [{"role": "user", "content": QUESTION}]


def text_of(message):
    return "".join(block.text for block in message.content if block.type == "text")


def told(message):
    usage = message.usage
    return heard(text_of(message), usage.input_tokens + (usage.cache_read_input_tokens or 0) + (usage.cache_creation_input_tokens or 0), usage.output_tokens)


class Client:
    def __init__(self, url, key):
        self.client = Anthropic(base_url=url, api_key=key, max_retries=0)

    def whole(self, model):
        return told(self.client.messages.create(model=model, messages=ASKED, **BASE))

    def streamed(self, model):
        with self.client.messages.stream(model=model, messages=ASKED, **BASE) as stream:
            return told(stream.get_final_message())

    def loop(self, model, run):
        history = list(ASKED)
        for _turn in range(MAX_TURNS):
            with self.client.messages.stream(model=model, messages=history, tools=ANTHROPIC_TOOLS, thinking={"type": "enabled", "budget_tokens": 4096}, **BASE) as stream:
                message = stream.get_final_message()
            if message.stop_reason != "tool_use":
                return text_of(message)
            history.append({"role": "assistant", "content": message.content})
            history.append({"role": "user", "content": [{"type": "tool_result", "tool_use_id": block.id, "content": run(block.name, block.input)} for block in message.content if block.type == "tool_use"]})
        return "no end"

    def structured(self, model):
        return json.loads(text_of(self.client.messages.create(model=model, messages=ASKED, output_config={"format": {"type": "json_schema", "schema": CITY}}, **BASE)))

    def leave(self, model):
        with self.client.messages.stream(model=model, messages=ASKED, **BASE) as stream:
            for _text in stream.text_stream:
                return "left"


connect = Client
