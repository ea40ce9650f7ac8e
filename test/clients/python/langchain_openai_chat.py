"""LangChain's client for OpenAI's dialects."""
from langchain_core.messages import HumanMessage, SystemMessage, ToolMessage
from langchain_openai import ChatOpenAI

from tools import CHAT_TOOLS, CITY, MAX_TURNS, QUESTION, SYSTEM, heard

ASKED = [SystemMessage(SYSTEM), HumanMessage(QUESTION)]


def told(message):
    return heard(message.text if isinstance(message.text, str) else message.text(), message.usage_metadata["input_tokens"], message.usage_metadata["output_tokens"])


class Client:
    def __init__(self, url, key):
        self.of = lambda model: ChatOpenAI(model=model, base_url=f"{url}/v1", api_key=key, max_retries=0, stream_usage=True)

    def whole(self, model):
        return told(self.of(model).invoke(ASKED))

    @staticmethod
    def _joined(stream):
        whole = None
        for chunk in stream:
            whole = chunk if whole is None else whole + chunk
        return whole

    def streamed(self, model):
        return told(self._joined(self.of(model).stream(ASKED)))

    def loop(self, model, run):
        history = list(ASKED)
        chat = self.of(model).bind_tools(CHAT_TOOLS)
        for _turn in range(MAX_TURNS):
            message = self._joined(chat.stream(history))
            if not message.tool_calls:
                return str(message.content)
            history.append(message)
            history.extend(ToolMessage(content=run(call["name"], call["args"]), tool_call_id=call["id"]) for call in message.tool_calls)
        return "no end"

    def structured(self, model):
        return self.of(model).with_structured_output({"title": "city", **CITY}, method="json_schema").invoke(ASKED)

    def leave(self, model):
        stream = self.of(model).stream(ASKED)
        for chunk in stream:
            if chunk.content:
                stream.close()
                return "left"


connect = Client
