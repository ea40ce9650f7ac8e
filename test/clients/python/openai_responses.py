"""The openai package, Responses."""
import json

from openai import OpenAI

from tools import CITY, MAX_TURNS, QUESTION, SYSTEM, TOOLS, heard

INPUT = [{"role": "user", "content": QUESTION}]
RESPONSE_TOOLS = [{"type": "function", "name": name, "description": text, "parameters": schema, "strict": True} for name, (text, schema) in TOOLS.items()]


class Client:
    def __init__(self, url, key):
        self.client = OpenAI(base_url=f"{url}/v1", api_key=key, max_retries=0)

    def whole(self, model):
        answer = self.client.responses.create(model=model, instructions=SYSTEM, input=INPUT)
        return heard(answer.output_text, answer.usage.input_tokens, answer.usage.output_tokens)

    def _streamed(self, **parameters):
        with self.client.responses.stream(instructions=SYSTEM, **parameters) as stream:
            return stream.get_final_response()

    def streamed(self, model):
        answer = self._streamed(model=model, input=INPUT)
        return heard(answer.output_text, answer.usage.input_tokens, answer.usage.output_tokens)

    def loop(self, model, run):
        # The gateway keeps the conversation: only what is new is sent.
        new, previous = INPUT, None
        for _turn in range(MAX_TURNS):
            answer = self._streamed(model=model, input=new, tools=RESPONSE_TOOLS, **({"previous_response_id": previous} if previous else {}))
            calls = [item for item in answer.output if item.type == "function_call"]
            if not calls:
                return answer.output_text
            previous = answer.id
            new = [{"type": "function_call_output", "call_id": call.call_id, "output": run(call.name, json.loads(call.arguments))} for call in calls]
        return "no end"

    def structured(self, model):
        answer = self.client.responses.create(model=model, input=INPUT, text={"format": {"type": "json_schema", "name": "city", "strict": True, "schema": CITY}})
        return json.loads(answer.output_text)

    def leave(self, model):
        with self.client.responses.create(model=model, input=INPUT, stream=True) as stream:
            for event in stream:
                if event.type == "response.output_text.delta":
                    return "left"


connect = Client
