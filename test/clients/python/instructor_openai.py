"""instructor: objects from models."""
import instructor
from openai import OpenAI
from pydantic import BaseModel

from tools import MESSAGES


class City(BaseModel):
    city: str
    people: int


class Client:
    def __init__(self, url, key):
        self.openai = OpenAI(base_url=f"{url}/v1", api_key=key, max_retries=0)

    def structured(self, model):
        by_schema = instructor.from_openai(self.openai, mode=instructor.Mode.JSON_SCHEMA).chat.completions.create(model=model, messages=MESSAGES, response_model=City, max_retries=1)
        tools = instructor.from_openai(self.openai, mode=instructor.Mode.TOOLS).chat.completions
        by_tool = tools.create(model=model, messages=MESSAGES, response_model=City, max_retries=1)
        # The object as it grows while the stream comes.
        *_, grown = tools.create_partial(model=model, messages=MESSAGES, response_model=City, max_retries=1)
        assert by_schema.model_dump() == by_tool.model_dump() == grown.model_dump()
        return by_tool.model_dump()


connect = Client
