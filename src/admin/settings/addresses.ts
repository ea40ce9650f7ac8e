// `/get/allowed_ips`, `/add/allowed_ip`, `/delete/allowed_ip`: which addresses may call at all (`general_settings.allowed_ips`).
import { answer, endpointsOf, refuse, withBody, type AdminAnswer, type AdminCall, type Endpoints } from '../endpoint.ts';
import { changeSettings } from './change.ts';
import { detail } from '../forms.ts';
import { AddressSet, invalidAddress } from '../../access/addresses.ts';
import { required, text } from '../body/field.ts';

const addressesOf = ({ services }: AdminCall): readonly string[] => services.config.generalSettings.allowedIps ?? [];

const addAddress = withBody({ ip: required(text) }, async (call, { ip }) => {
  const present = addressesOf(call);
  if (present.includes(ip)) return refuse('managed_invalid', 'IP address already exists');
  const wrong = invalidAddress(ip);
  if (wrong !== null) return refuse('managed_invalid', wrong);
  const next = [...present, ip];
  // The first entry closes the gateway for everybody else; an administrator who is not in it could not open it again.
  if (!new AddressSet(next).has(call.address)) return refuse('managed_invalid', `This would shut you out: add your own address (${call.address}) first.`);
  const changed = await changeSettings(call, { general_settings: { allowed_ips: next } });
  return changed.ok ? answer({ message: `IP ${ip} address added successfully`, status: 'success' }) : changed;
});

const deleteAddress = withBody({ ip: required(text) }, async (call, { ip }) => {
  const left = addressesOf(call).filter((address) => address !== ip);
  if (left.length === addressesOf(call).length) return refuse('managed_missing', 'IP address not found');
  if (left.length > 0 && !new AddressSet(left).has(call.address)) return refuse('managed_invalid', `This would shut you out: your own address is ${call.address}.`);
  // An empty list is no list: everybody may call.
  const changed = await changeSettings(call, { general_settings: { allowed_ips: left.length > 0 ? left : null } });
  return changed.ok ? answer({ message: `IP ${ip} deleted successfully`, status: 'success' }) : changed;
});

export const addressEndpoints: Endpoints = endpointsOf(detail, {
  'GET /get/allowed_ips': (call): AdminAnswer => answer({ data: addressesOf(call) }), 'POST /add/allowed_ip': addAddress, 'POST /delete/allowed_ip': deleteAddress,
});
