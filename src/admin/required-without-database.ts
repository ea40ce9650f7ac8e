// What a management route must be given, asked for before anything else, as LiteLLM's web framework does. With a database the handlers check
// their bodies themselves; without one nobody else would say what is missing.

/** Parameters of the query (GET) or members of the body, by method and path. */
export const requiredWithoutDatabase: Readonly<Record<string, readonly string[]>> = {
  'GET /budget/settings': ['budget_id'], 'GET /config/field/info': ['field_name'], 'GET /config/list': ['config_type'], 'GET /customer/info': ['end_user_id'], 'GET /end_user/info': ['end_user_id'],
  'GET /invitation/info': ['invitation_id'], 'GET /jwt/key/mapping/info': ['id'], 'GET /project/info': ['project_id'], 'GET /tag/summary': ['start_date', 'end_date'],
  'POST /access_group/new': ['access_group'], 'POST /add/allowed_ip': ['ip'], 'POST /delete/allowed_ip': ['ip'], 'POST /budget/delete': ['id'], 'POST /budget/info': ['budgets'],
  'POST /customer/new': ['user_id'], 'POST /customer/update': ['user_id'], 'POST /customer/delete': ['user_ids'], 'POST /customer/block': ['user_ids'], 'POST /customer/unblock': ['user_ids'],
  'POST /end_user/new': ['user_id'], 'POST /end_user/update': ['user_id'], 'POST /end_user/delete': ['user_ids'], 'POST /end_user/block': ['user_ids'], 'POST /end_user/unblock': ['user_ids'],
  'POST /fallback': ['model', 'fallback_models'], 'POST /jwt/key/mapping/delete': ['id'], 'POST /jwt/key/mapping/update': ['id'], 'POST /jwt/key/mapping/new': ['jwt_claim_name', 'jwt_claim_value'],
  'POST /key/block': ['key'], 'POST /key/unblock': ['key'], 'POST /key/bulk_update': ['keys'], 'POST /model/block': ['model_id'], 'POST /model/unblock': ['model_id'], 'POST /model/delete': ['id'],
  'POST /model_group/make_public': ['model_groups'], 'POST /project/new': ['team_id'], 'POST /project/update': ['project_id'],
  'POST /tag/new': ['name'], 'POST /tag/update': ['name'], 'POST /tag/delete': ['name'], 'POST /tag/info': ['names'],
  'POST /team/block': ['team_id'], 'POST /team/unblock': ['team_id'], 'POST /team/update': ['team_id'], 'POST /team/delete': ['team_ids'], 'POST /team/bulk_member_add': ['team_id'],
  'POST /team/key/bulk_update': ['team_id', 'update_fields'], 'POST /team/member_add': ['member', 'team_id'], 'POST /team/model/add': ['team_id', 'models'], 'POST /team/model/delete': ['team_id', 'models'],
  'POST /team/permissions_bulk_update': ['permissions'], 'POST /team/permissions_update': ['team_id', 'team_member_permissions'], 'POST /user/delete': ['user_ids'],
  'POST /user/password/change': ['current_password', 'new_password'], 'POST /v1/access_group': ['access_group_name'], 'POST /v1/unified_access_group': ['access_group_name'],
};
