// Which addresses may call (`general_settings.allowed_ips`), and which address a call came from when proxies stand in between.
import { BlockList, isIP } from 'node:net';
import type { Config } from '../config/config.ts';

/** A set of addresses and networks, IPv4 and IPv6. */
export class AddressSet {
  private readonly list = new BlockList();

  /** Takes addresses and CIDR networks; `invalidAddress` has found them well formed before. */
  constructor(entries: readonly string[]) {
    for (const entry of entries) {
      const [address = '', prefix] = entry.trim().split('/');
      const family = isIP(address) === 6 ? 'ipv6' : 'ipv4';
      if (prefix === undefined) this.list.addAddress(address, family);
      else this.list.addSubnet(address, Number(prefix), family);
    }
  }

  /** True when the address is in the set. IPv4 addresses inside IPv6 (`::ffff:1.2.3.4`) count as IPv4. */
  has(address: string): boolean {
    const plain = plainAddress(address);
    const family = isIP(plain);
    return family !== 0 && this.list.check(plain, family === 6 ? 'ipv6' : 'ipv4');
  }
}

/** Why an entry is no address and no network, or null. */
export function invalidAddress(entry: string): string | null {
  const [address = '', prefix, ...rest] = entry.trim().split('/');
  const family = isIP(address);
  if (family === 0 || rest.length > 0) return 'expected an IPv4 or IPv6 address or a network such as 10.0.0.0/8';
  if (prefix === undefined) return null;
  const bits = Number(prefix);
  const most = family === 6 ? 128 : 32;
  return /^\d{1,3}$/.test(prefix) && bits <= most ? null : `expected a prefix length from 0 to ${most}`;
}

/** How the caller's address is found. */
export interface AddressPolicy {
  allowed: AddressSet | null;
  /** Believe `X-Forwarded-For`, but only from these proxies. */
  trustedProxies: AddressSet | null;
}

/** What the configuration says of addresses. */
export function addressPolicy({ generalSettings }: Config): AddressPolicy {
  const { allowedIps, useXForwardedFor, trustedProxyRanges } = generalSettings;
  return {
    allowed: allowedIps ? new AddressSet(allowedIps) : null,
    trustedProxies: useXForwardedFor && trustedProxyRanges ? new AddressSet(trustedProxyRanges) : null,
  };
}

/**
 * The address that a call came from. `X-Forwarded-For` is believed only when the connection itself comes from a trusted proxy, and then
 * read from the right: the first address that is no trusted proxy is the client's.
 */
export function callerAddress(connection: string, forwardedFor: string | null, policy: AddressPolicy): string {
  const { trustedProxies } = policy;
  if (!trustedProxies || forwardedFor === null || !trustedProxies.has(connection)) return plainAddress(connection);
  const hops = forwardedFor.split(',').map((hop) => plainAddress(hop.trim()));
  for (const hop of hops.toReversed()) {
    if (isIP(hop) === 0) return plainAddress(connection);
    if (!trustedProxies.has(hop)) return hop;
  }
  return hops[0] ?? plainAddress(connection);
}

function plainAddress(address: string): string {
  const mapped = /^::ffff:(\d+\.\d+\.\d+\.\d+)$/i.exec(address);
  return mapped?.[1] ?? address;
}
