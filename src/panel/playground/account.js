import { html } from '../web/html.js';
import { useStore } from '../web/store.js';
import { account, market, symbol } from './live.js';
import { useText } from './words.js';

/** Money and positions as the exchange has them: the bot's own account of itself is in Discord. */
export function AccountView() {
  const t = useText().market;
  const now = useStore(account);
  const prices = useStore(market, (state) => state.prices);
  const rows = now.positions.map((row) => {
    const amount = Number(row.positionAmt);
    const mark = Number(prices[row.symbol ?? '']?.mark ?? row.markPrice);
    return { row, amount, result: amount * (mark - Number(row.entryPrice)) };
  });
  const coins = now.spot.balances.filter(({ asset }) => asset !== 'USDT' && asset !== 'BNB');
  const wallet = Number(now.account.wallet);
  const equity = rows.reduce((sum, { result }) => sum + result, wallet);
  return html`<div class="account">
    <dl class="money">
      <div><dt class="label">${t.wallet}</dt><dd class="number">${money(wallet)}</dd></div>
      <div><dt class="label">${t.equity}</dt><dd class="number">${money(equity)}</dd></div>
    </dl>
    ${
      coins.length > 0 &&
      html`<p class="coins"><span class="label">${t.coins}</span>
        ${coins.map(
          ({ asset, free, locked }) => html`<button class="line" onClick=${() => symbol.set(`${asset}USDT`)}>
            <span class="number">${Number((Number(free) + Number(locked)).toPrecision(8))}</span> ${asset}
          </button>`,
        )}</p>`
    }
    ${
      rows.length > 0 &&
      html`<table class="positions">
        <caption class="label">${t.positions}</caption>
        <tbody>
          ${rows.map(
            ({ row, amount, result }) => html`<tr key=${`${row.symbol}${row.positionSide}`}>
              <th scope="row"><button class="link" onClick=${() => symbol.set(row.symbol ?? '')}>${row.symbol}</button></th>
              <td class=${amount > 0 ? 'good' : 'bad'}>${amount > 0 ? t.long : t.short}</td>
              <td class="number">${Math.abs(amount)} @ ${Number(Number(row.entryPrice).toPrecision(7))}</td>
              <td class="number ${result < 0 ? 'bad' : 'good'}">${result > 0 ? '+' : ''}${money(result)}</td>
            </tr>`,
          )}
        </tbody>
      </table>`
    }
  </div>`;
}

/** @param {number} amount of USDT */
function money(amount) {
  return amount.toFixed(2);
}
