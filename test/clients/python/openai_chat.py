"""The openai package, Chat Completions."""
import json

from openai import OpenAI

from tools import CHAT_FORMAT, CHAT_TOOLS, MAX_TURNS, MESSAGES, heard


class Client:
    def __init__(self, url, key):
        self.client = OpenAI(base_url=f"{url}/v1", api_key=key, max_retries=0)

    def whole(self, model):
        answer = self.client.chat.completions.create(model=model, messages=MESSAGES)
        return heard(answer.choices[0].message.content, answer.usage.prompt_tokens, answer.usage.completion_tokens)

    def _streamed(self, **parameters):
        with self.client.chat.completions.stream(stream_options={"include_usage": True}, **parameters) as stream:
            return stream.get_final_completion()

    def streamed(self, model):
        answer = self._streamed(model=model, messages=MESSAGES)
        return heard(answer.choices[0].message.content, answer.usage.prompt_tokens, answer.usage.completion_tokens)

    def loop(self, model, run):
        history = list(MESSAGES)
        for _turn in range(MAX_TURNS):
            message = self._streamed(model=model, messages=history, tools=CHAT_TOOLS, reasoning_effort="high").choices[0].message
            if not message.tool_calls:
                return message.content
            calls = [{"id": call.id, "type": "function", "function": {"name": call.function.name, "arguments": call.function.arguments}} for call in message.tool_calls]
            history.append({"role": "assistant", "content": message.content, "tool_calls": calls})
            for call in calls:
                history.append({"role": "tool", "tool_call_id": call["id"], "content": run(call["function"]["name"], json.loads(call["function"]["arguments"]))})
        return "no end"

    def structured(self, model):
        return json.loads(self.client.chat.completions.create(model=model, messages=MESSAGES, response_format=CHAT_FORMAT).choices[0].message.content)

    def leave(self, model):
        with self.client.chat.completions.create(model=model, messages=MESSAGES, stream=True) as stream:
            for chunk in stream:
                if chunk.choices and chunk.choices[0].delta.content:
                    return "left"


connect = Client
