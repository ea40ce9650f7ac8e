"""The litellm library, which knows gateways of this kind as litellm_proxy/."""
import json

import litellm

from tools import CHAT_FORMAT, CHAT_TOOLS, MAX_TURNS, MESSAGES, heard


class Client:
    def __init__(self, url, key):
        self.common = {"api_base": url, "api_key": key, "num_retries": 0}

    def _ask(self, model, messages=MESSAGES, **parameters):
        return litellm.completion(model=f"litellm_proxy/{model}", messages=messages, **self.common, **parameters)

    def whole(self, model):
        answer = self._ask(model)
        return heard(answer.choices[0].message.content, answer.usage.prompt_tokens, answer.usage.completion_tokens)

    def _streamed(self, model, messages, **parameters):
        return litellm.stream_chunk_builder(list(self._ask(model, messages, stream=True, stream_options={"include_usage": True}, **parameters)), messages=messages)

    def streamed(self, model):
        answer = self._streamed(model, MESSAGES)
        return heard(answer.choices[0].message.content, answer.usage.prompt_tokens, answer.usage.completion_tokens)

    def loop(self, model, run):
        history = list(MESSAGES)
        for _turn in range(MAX_TURNS):
            message = self._streamed(model, history, tools=CHAT_TOOLS, reasoning_effort="high", allowed_openai_params=["reasoning_effort"]).choices[0].message
            if not message.tool_calls:
                return message.content
            history.append(message.model_dump(exclude_none=True))
            for call in message.tool_calls:
                history.append({"role": "tool", "tool_call_id": call.id, "content": run(call.function.name, json.loads(call.function.arguments))})
        return "no end"

    def structured(self, model):
        return json.loads(self._ask(model, response_format=CHAT_FORMAT).choices[0].message.content)

    def leave(self, model):
        stream = self._ask(model, stream=True)
        for chunk in stream:
            if chunk.choices[0].delta.content:
                stream.completion_stream.response.close()
                return "left"


connect = Client
