// Which way of signing in a deployment has.
import { awsSignIn } from './aws.ts';
import { databricksSignIn } from './databricks.ts';
import { entraSignIn } from './entra.ts';
import { exchangeSignIn } from './exchange.ts';
import { googleSignIn } from './google.ts';
import { ociSignIn } from './oci.ts';
import type { Provider } from '../provider.ts';
import type { SignIn, SignInSettings } from './sign-in.ts';

const awsParameters = ['aws_access_key_id', 'aws_role_name', 'aws_profile_name', 'aws_web_identity_token'];

/** The way; null where the key in a fixed header is enough. `region` is the one in the address. */
export function signInFor(provider: Provider, settings: SignInSettings, region: string, baseUrl: string): SignIn | null {
  const way = provider.authentication;
  switch (way.kind) {
    case 'none': case 'header': return null;
    case 'bearer': return way.clientCredentials === 'databricks' ? databricksSignIn(settings, baseUrl) : null;
    case 'oci': return ociSignIn(settings);
    case 'azure': return entraSignIn(settings);
    case 'google': return googleSignIn(settings);
    case 'aws': {
      // Keys of the deployment's own come before a Bedrock API key of the environment.
      const isOwn = awsParameters.some((name) => settings.own(name) !== undefined || settings.unset(name) !== undefined);
      return settings.apiKey !== undefined && !isOwn ? null : awsSignIn(settings, region, way.service);
    }
    case 'exchange': return exchangeSignIn(way.scheme, settings, `Give this model an api_key in the configuration, or set ${provider.keyVariables.join(' or ')} in the gateway's environment.`);
  }
}
