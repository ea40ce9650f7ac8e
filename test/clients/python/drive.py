"""Runs one client through everything on every upstream. Prints a line of JSON per case: {"client", "upstream", "case", "got"}.

usage: drive.py CLIENT...   with WEIR_URL, WEIR_KEY, WEIR_UPSTREAMS (comma-separated) and WEIR_FOLDER in the environment
"""
import importlib
import json
import os
import sys
import traceback

UPSTREAMS = os.environ["WEIR_UPSTREAMS"].split(",")
FOLDER = os.environ["WEIR_FOLDER"]


def note_path() -> str:
    return os.path.join(FOLDER, "note.txt")


def run_tool(name: str, arguments: dict) -> str:
    if name == "write_note":
        with open(arguments["path"], "w", encoding="utf-8") as file:
            file.write(arguments["content"])
    if arguments["path"] == "missing":
        return "There is no such note."
    with open(arguments["path"], encoding="utf-8") as file:
        return file.read()


def loop(client, model: str) -> dict:
    if os.path.exists(note_path()):
        os.remove(note_path())
    said = client.loop(model, run_tool)
    with open(note_path(), encoding="utf-8") as file:
        return {"said": said, "note": file.read()}


def case(client, name: str, upstream: str):
    if name == "whole":
        return client.whole(f"text-on-{upstream}")
    if name == "streamed":
        return client.streamed(f"text-on-{upstream}")
    if name == "loop":
        return loop(client, f"loop-on-{upstream}")
    if name == "structured":
        return client.structured(f"json-on-{upstream}")
    return client.leave(f"slow-on-{upstream}")


def main() -> None:
    for name in sys.argv[1:]:
        client = importlib.import_module(name).connect(os.environ["WEIR_URL"], os.environ["WEIR_KEY"])
        for upstream in UPSTREAMS:
            for case_name in ("whole", "streamed", "loop", "structured", "leave"):
                if not hasattr(client, case_name):
                    continue
                try:
                    got = case(client, case_name, upstream)
                except Exception:
                    got = {"error": traceback.format_exc()[-1500:]}
                print(json.dumps({"client": name, "upstream": upstream, "case": case_name, "got": got}, ensure_ascii=False), flush=True)


main()
