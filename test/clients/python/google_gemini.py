"""The google-genai package, with its own way of calling functions."""
import json

from google import genai
from google.genai import types

from tools import CITY, QUESTION, SYSTEM, heard


class Client:
    def __init__(self, url, key):
        self.client = genai.Client(api_key=key, http_options=types.HttpOptions(base_url=url))

    @staticmethod
    def _told(text, usage):
        return heard(text, usage.prompt_token_count, (usage.candidates_token_count or 0) + (usage.thoughts_token_count or 0))

    def whole(self, model):
        answer = self.client.models.generate_content(model=model, contents=QUESTION, config={"system_instruction": SYSTEM})
        return self._told(answer.text, answer.usage_metadata)

    def streamed(self, model):
        text, last = "", None
        for last in self.client.models.generate_content_stream(model=model, contents=QUESTION, config={"system_instruction": SYSTEM}):
            text += last.text or ""
        return self._told(text, last.usage_metadata)

    def loop(self, model, run):
        def write_note(path: str, content: str) -> str:
            """Writes a note"""
            return run("write_note", {"path": path, "content": content})

        def read_note(path: str) -> str:
            """Reads a note"""
            return run("read_note", {"path": path})

        answer = self.client.models.generate_content(model=model, contents=QUESTION, config={"tools": [write_note, read_note], "thinking_config": {"thinking_budget": 4096, "include_thoughts": True}})
        return answer.text

    def structured(self, model):
        answer = self.client.models.generate_content(model=model, contents=QUESTION, config={"response_mime_type": "application/json", "response_json_schema": CITY})
        return json.loads(answer.text)

    def leave(self, model):
        stream = self.client.models.generate_content_stream(model=model, contents=QUESTION)
        for chunk in stream:
            if chunk.text:
                stream.close()
                return "left"


connect = Client
