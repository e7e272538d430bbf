import type { DiscordRefusal } from './bot/client.ts';
import type { BinanceEnvironment } from './env.ts';
import type { Language } from './terminal-language.ts';
import type { UnreachableCause } from './trading/exchange.ts';
import type { Market } from './trading/model.ts';

/** What stands against a start, or a command, in both languages: one line each, with what to do. */
export interface StartWords {
  discord(refusal: DiscordRefusal): string;
  binance(said: string, advice: string | null): string;
  /** What to do about it. */
  advice(because: UnreachableCause, environment: BinanceEnvironment): string;
  mayWithdraw: string;
  mayTransfer: string;
  mayNotTrade(market: Market): string;
  takesNoArguments(command: string, given: string): string;
  sandboxTakes(given: string): string;
  /** Why a restore is not carried out. */
  noNewStart(problems: string): string;
}

const PORTAL = 'https://discord.com/developers/applications';

const en: StartWords = {
  discord(refusal) {
    switch (refusal.code) {
      case 'wrong_token':
        return `DISCORD_TOKEN is not accepted by Discord: make a new one at ${PORTAL} → your application → Bot → Reset Token`;
      case 'message_content_off':
        return `The message content intent is off: every message would arrive empty. Switch it on at ${PORTAL} → your application → Bot → Privileged Gateway Intents → Message Content Intent`;
      case 'unreachable':
        return `Discord does not answer (${refusal.why}): check the network, and DISCORD_API_URL where it is set`;
      case 'sessions_used_up':
        return `Discord takes no new connection of this bot before ${refusal.until}: the limit of a day is used up. Start it again then`;
      case 'closed_for_good':
        return `Discord closed the connection for good (${refusal.closeCode})`;
    }
  },
  binance: (said, advice) => `Binance: ${said}${advice === null ? '' : `: ${advice}`}`,
  advice(because, environment) {
    switch (because) {
      case 'key':
        return `check that BINANCE_API_KEY is right and of BINANCE_ENV=${environment}, that it may be used from this machine's IP address, and that it may trade (futures: Enable Futures)`;
      case 'signature':
        return 'check BINANCE_API_SECRET: it is not that of BINANCE_API_KEY';
      case 'clock':
        return "this machine's clock is off: turn on time synchronisation (timedatectl set-ntp true)";
      case 'place':
        return 'Binance does not serve the place that this machine is in';
      case 'limits':
        return 'it takes no more requests from here for now: start again in a few minutes';
      case 'network':
        return 'check the network, and BINANCE_URL where it is set';
      case 'uncompared':
        return 'the log says why; start again in a minute';
    }
  },
  mayWithdraw: 'BINANCE_API_KEY may withdraw: make a key without that right',
  mayTransfer: 'BINANCE_API_KEY may transfer: make a key without that right',
  mayNotTrade: (market) =>
    `BINANCE_API_KEY may not trade ${market === 'usdm' ? 'futures: enable "Enable Futures"' : 'spot: enable "Enable Spot & Margin Trading"'} for the key`,
  takesNoArguments: (command, given) => `${command} takes no arguments, not ${given}`,
  sandboxTakes: (given) => `sandbox takes --fast and --once, not ${given}`,
  noNewStart: (problems) => `the running bot could not start again with its config file: ${problems}`,
};

const zhCN: StartWords = {
  discord(refusal) {
    switch (refusal.code) {
      case 'wrong_token':
        return `Discord 不接受 DISCORD_TOKEN：请在 ${PORTAL} → 你的应用 → Bot → Reset Token 重新生成`;
      case 'message_content_off':
        return `消息内容意图未打开，收到的消息都会是空的：请在 ${PORTAL} → 你的应用 → Bot → Privileged Gateway Intents 打开 Message Content Intent`;
      case 'unreachable':
        return `Discord 没有响应（${refusal.why}）：请检查网络；设置了 DISCORD_API_URL 时也检查它`;
      case 'sessions_used_up':
        return `Discord 在 ${refusal.until} 之前不接受此机器人的新连接：当天的次数已用完。请到时再启动`;
      case 'closed_for_good':
        return `Discord 已永久关闭连接（${refusal.closeCode}）`;
    }
  },
  binance: (said, advice) => `币安：${said}${advice === null ? '' : `：${advice}`}`,
  advice(because, environment) {
    switch (because) {
      case 'key':
        return `请检查 BINANCE_API_KEY 是否正确、是否属于 BINANCE_ENV=${environment}，是否允许从本机的 IP 使用，以及是否有交易权限（合约：勾选“允许合约”）`;
      case 'signature':
        return '请检查 BINANCE_API_SECRET：它与 BINANCE_API_KEY 不是一对';
      case 'clock':
        return '本机时钟不准：请打开时间同步（timedatectl set-ntp true）';
      case 'place':
        return '币安不向本机所在的地区提供服务';
      case 'limits':
        return '它暂时不再接受来自这里的请求：请过几分钟再启动';
      case 'network':
        return '请检查网络；设置了 BINANCE_URL 时也检查它';
      case 'uncompared':
        return '无法核对账本与交易所，原因在日志里；请过一分钟再启动';
    }
  },
  mayWithdraw: 'BINANCE_API_KEY 有提现权限：请换一个没有此权限的密钥',
  mayTransfer: 'BINANCE_API_KEY 有划转权限：请换一个没有此权限的密钥',
  mayNotTrade: (market) =>
    `BINANCE_API_KEY 不能交易${market === 'usdm' ? '合约：请为它勾选“允许合约”' : '现货：请为它勾选“允许现货及杠杆交易”'}`,
  takesNoArguments: (command, given) => `${command} 不带参数，却给了 ${given}`,
  sandboxTakes: (given) => `sandbox 只接受 --fast 和 --once，却给了 ${given}`,
  noNewStart: (problems) => `运行中的机器人无法用现在的配置文件重新启动：${problems}`,
};

export const startWords: Readonly<Record<Language, StartWords>> = { en, 'zh-CN': zhCN };
