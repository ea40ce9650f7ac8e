// Which addresses on the network a stranger may send the gateway to: only those of the public internet. Everything inside (this machine, the
// local network, a cloud's metadata service) is none of his business. (IANA's registries of special-purpose addresses; RFC 6890)
import { BlockList, isIP } from 'node:net';

const inside = new BlockList();
for (const [network, bits] of [
  ['0.0.0.0', 8], ['10.0.0.0', 8], ['100.64.0.0', 10], ['127.0.0.0', 8], ['169.254.0.0', 16], ['172.16.0.0', 12], ['192.0.0.0', 24], ['192.0.2.0', 24],
  ['192.88.99.0', 24], ['192.168.0.0', 16], ['198.18.0.0', 15], ['198.51.100.0', 24], ['203.0.113.0', 24], ['224.0.0.0', 4], ['240.0.0.0', 4],
] as const) inside.addSubnet(network, bits, 'ipv4');

// Of IPv6 only one eighth is given out; these parts of it lead elsewhere: Teredo and other protocols, documentation, 6to4.
const given = new BlockList();
given.addSubnet('2000::', 3, 'ipv6');
const reserved = new BlockList();
for (const [network, bits] of [['2001::', 23], ['2001:db8::', 32], ['2002::', 16], ['3fff::', 20]] as const) reserved.addSubnet(network, bits, 'ipv6');

/** True for an address of the public internet. What is no address is not public. */
export function isPublicAddress(address: string): boolean {
  const family = isIP(address);
  if (family === 4) return !inside.check(address, 'ipv4');
  // IPv4 inside IPv6 (`::ffff:127.0.0.1`, `64:ff9b::7f00:1`) lies outside the eighth.
  return family === 6 && !address.includes('%') && given.check(address, 'ipv6') && !reserved.check(address, 'ipv6');
}
