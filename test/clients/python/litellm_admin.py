"""LiteLLM's own client for administrators: every call of its library that a gateway answers, as JSON lines `{name, got}`."""
import json
import os

from litellm.proxy.client import Client
from litellm.proxy.client.health import HealthManagementClient
from litellm.proxy.client.users import UsersManagementClient

access = {"base_url": os.environ["WEIR_URL"], "api_key": os.environ["WEIR_KEY"]}
client = Client(**access)
users = UsersManagementClient(**access)
health = HealthManagementClient(**access)


def tell(name, got):
    print(json.dumps({"name": name, "got": got}))


made = client.keys.generate(models=["demo"], key_alias="library", duration="1h")
tell("keys.generate", made["key_alias"])
tell("keys.list", [key["key_alias"] for key in client.keys.list(return_full_object=True)["keys"]])
tell("keys.update", client.keys.update(key=made["key"], key_alias="renamed")["key_alias"])
tell("keys.info", client.keys.info(made["key"])["info"]["key_alias"])
tell("keys.delete", client.keys.delete(key_aliases=["renamed"])["deleted_keys"])

model = client.models.new(model_name="extra", model_params={"model": "demo/weir-demo"}, model_info={"mode": "chat"})
tell("models.new", model["model_name"])
tell("models.list", sorted(entry["id"] for entry in client.models.list()))
tell("models.info", sorted(entry["model_name"] for entry in client.models.info()))
tell("models.get", client.models.get(model_name="extra")["model_name"])
tell("models.update", client.models.update(model["model_id"], {"model": "demo/weir-demo", "timeout": 9})["litellm_params"]["timeout"])
tell("models.delete", client.models.delete(model["model_id"])["message"].endswith("deleted successfully"))
tell("model_groups.info", [group["model_group"] for group in client.model_groups.info()])

tell("credentials.create", client.credentials.create("shared", {"custom_llm_provider": "openai"}, {"api_key": "sk-very-secret-value"})["success"])
tell("credentials.list", [entry["credential_name"] for entry in client.credentials.list()["credentials"]])
tell("credentials.get", client.credentials.get("shared")["credential_values"]["api_key"])
tell("credentials.delete", client.credentials.delete("shared")["success"])

user = users.create_user({"user_email": "ada@example.com", "user_role": "internal_user"})
tell("users.create_user", user["user_email"])
tell("users.list_users", [entry["user_email"] for entry in users.list_users()])
tell("users.get_user", users.get_user(user_id=user["user_id"])["user_info"]["user_email"])
tell("users.get_user_v2", users.get_user_v2(user_id=user["user_id"])["user_email"])
tell("users.delete_user", users.delete_user([user["user_id"]]))

tell("http.team", client.http.request("POST", "/team/new", json={"team_id": "red", "team_alias": "Red"})["team_alias"])
tell("teams.list", [team["team_id"] for team in client.teams.list()])
tell("teams.list_v2", [team["team_id"] for team in client.teams.list_v2()["teams"]])
tell("teams.get_available", client.teams.get_available())
tell("health.get_readiness", health.get_readiness()["status"])
tell("chat.completions", client.chat.completions(model="demo", messages=[{"role": "user", "content": "hi"}])["object"])
