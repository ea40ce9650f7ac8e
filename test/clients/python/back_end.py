"""The class of the guide for back ends, which is copied beside this file before the test."""
import os

from guide_backend import GatewayBackend

from tools import MESSAGES


class Client:
    def __init__(self, url, key):
        os.environ["LITELLM_PROXY_URL"], os.environ["LITELLM_MASTER_KEY"] = url, key
        self.backend = GatewayBackend()

    def whole(self, model):
        return self.backend.chat(model, MESSAGES)

    def streamed(self, model):
        return "".join(self.backend.stream(model, MESSAGES))

    def leave(self, model):
        stream = self.backend.stream(model, MESSAGES)
        for _text in stream:
            stream.close()
            return "left"


connect = Client
