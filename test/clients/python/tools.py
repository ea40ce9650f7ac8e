"""The tools of the loop, the schema of the structured answer, and the question."""

NOTE = {"type": "object", "properties": {"path": {"type": "string"}, "content": {"type": "string"}}, "required": ["path", "content"], "additionalProperties": False}
PATH = {"type": "object", "properties": {"path": {"type": "string"}}, "required": ["path"], "additionalProperties": False}
TOOLS = {"write_note": ("Writes a note", NOTE), "read_note": ("Reads a note", PATH)}
CITY = {"type": "object", "properties": {"city": {"type": "string"}, "people": {"type": "number"}}, "required": ["city", "people"], "additionalProperties": False}
QUESTION = "What is a weir?"
SYSTEM = "You are brief."
MESSAGES = [{"role": "system", "content": SYSTEM}, {"role": "user", "content": QUESTION}]
MAX_TURNS = 6
CHAT_TOOLS = [{"type": "function", "function": {"name": name, "description": text, "parameters": schema}} for name, (text, schema) in TOOLS.items()]
CHAT_FORMAT = {"type": "json_schema", "json_schema": {"name": "city", "strict": True, "schema": CITY}}


def heard(text, input_tokens, output_tokens):
    return {"text": text, "inputTokens": input_tokens, "outputTokens": output_tokens}
