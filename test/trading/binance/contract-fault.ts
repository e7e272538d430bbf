import { preset } from '../../../src/sim/binance/faults.ts';
import type { ContractFault } from './contract.ts';

/** The simulator's fault for one of the contract's. */
export function httpFault(fault: ContractFault) {
  switch (fault.kind) {
    case 'refused':
      return preset('refuse', { code: fault.code });
    case 'throttled':
      return preset('throttled');
    case 'accepted_then_dropped':
      return preset('drop');
    case 'accepted_then_gateway_page':
      return preset('html502');
    case 'accepted_then_cut':
      return preset('cut');
    case 'accepted_then_silence':
      return preset('hang');
    case 'carried_out_late':
      return { ...preset('timeout'), applyAfterMs: fault.afterMs };
  }
}
