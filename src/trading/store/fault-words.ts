import type { Forgetful, Misplaced, StoreFault, StoreFaults } from './faults.ts';

/** One line each, which says what to do. */
type FaultWords = { [Code in keyof StoreFaults]: (fault: StoreFaults[Code]) => string };

interface Language {
  faults: FaultWords;
  misplaced: Readonly<Record<Misplaced, string>>;
  forgetful(why: Forgetful): string;
}

const en: Language = {
  faults: {
    in_use: ({ name }) =>
      `STORE_URL: ${name} is in use by another running instance: stop that one, or give this one its own store`,
    other_environment: ({ name, bound, now }) =>
      `STORE_URL: ${name} belongs to BINANCE_ENV=${bound}, not ${now}: set BINANCE_ENV back, or STORE_URL to a new store`,
    other_account: ({ name, bound, now }) =>
      `STORE_URL: ${name} belongs to the Binance account ${bound}, the API key to ${now}: use a key of that account, or set STORE_URL to a new store`,
    too_new: ({ name, found, known, copy }) =>
      `STORE_URL: ${name} was written by a newer Signalbox (format ${found}, this one knows ${known}): update, or restore a backup of this version (the update has kept one: ${copy})`,
    package_missing: ({ name, version }) =>
      `STORE_URL needs the package ${name}, which is not installed. In the program's folder: npm install --no-save --omit=dev ${name}@${version}`,
    not_durable: ({ name, why }) =>
      `STORE_URL: ${name} would lose what it has confirmed: ${en.forgetful(why)}`,
    pooled: ({ name }) =>
      `STORE_URL: ${name} is behind a pooler that does not keep sessions, so that no lock on the store can be kept either: name the address of PostgreSQL itself, or have the pooler keep them (PgBouncer: pool_mode = session)`,
    unreachable: ({ name, why, untrusted }) =>
      `STORE_URL: ${name} cannot be used: ${why}${untrusted ? " (add sslrootcert=/path/ca.pem to the address: the file with the certificate that vouches for the server's)" : ''}`,
    corrupt: ({ name }) =>
      `STORE_URL: ${name} is damaged or not a Signalbox store: put a backup in its place (restore FILE), or let it be made anew from what can be read of it and from the exchange (rebuild); positions keep their stops there`,
    unusable: ({ name, why }) =>
      `STORE_URL: ${name} cannot be opened (${why}): check the folder's owner, its permissions and the disk`,
    misplaced: ({ name, why }) =>
      `STORE_URL: ${name} ${en.misplaced[why]}: name a file for the store, such as sqlite://data/signalbox.sqlite`,
    unreadable_record: ({ record, why }) =>
      `the store's record ${record} is not readable: ${why}. Put a backup in the store's place (restore FILE), or have the store made anew from what can be read (rebuild)`,

    no_store: ({ name }) => `there is no store at ${name}`,
    file_exists: ({ file }) => `${file} exists already: name another file`,
    no_file: ({ file }) => `there is no file ${file}`,
    is_folder: ({ file, example }) => `${file} is a folder: name a file, such as ${example}`,
    not_readable: ({ file, why }) =>
      `${file} cannot be read (${why}): run this as its owner, or give yourself permission to read the file and to enter its folder`,
    not_writable: ({ file, why }) =>
      `${file} cannot be written (${why}): name a place where you have permission to write, on a disk with room`,
    is_store: ({ file }) => `${file} is the store itself`,
    backup_too_new: ({ file, found, known }) =>
      `${file} is of a newer Signalbox (format ${found}, this one knows ${known}): update first`,
    backup_damaged: ({ file, why }) => `${file} is damaged or no backup of Signalbox (${why})`,
    backup_of_other: ({ file, of, running }) =>
      `${file} belongs to the ${of.environment} account ${of.uid}, the running bot to ${running.environment} ${running.uid}: stop it, and restore with the settings of that account`,
    restore_under_way: ({ name }) =>
      `another restore of ${name} is under way: wait for its end, then look whether this one is still needed`,
    restore_unanswered: ({ name }) =>
      `the bot that runs on ${name} took the request up and has not said what came of it: its log does`,
    restore_not_taken_up: ({ name, seconds }) =>
      `the bot that runs on ${name} did not take the request up within ${seconds} s: stop it, then restore again`,
    restore_forgotten: () => 'the request was too old',
    restore_unreadable: () => 'the request could not be read',
    restore_refused: ({ why }) => why.en,
  },
  misplaced: {
    folder: 'is a folder',
    below_file: 'lies below a file',
    no_file: 'is no file',
    foreign: 'is no Signalbox store, and was left as it is',
  },
  forgetful(why) {
    switch (why.code) {
      case 'off':
        return `its ${why.settings} is off`;
      case 'setting':
        return `its ${why.setting} is ${why.is ?? 'not known'}, and must be ${why.needed} (redis.conf, or CONFIG SET)`;
      case 'unsaid':
        return 'it does not say how it keeps rows (CONFIG GET is not allowed)';
      case 'evicts':
        return 'it may drop rows to make room: set maxmemory-policy to noeviction';
    }
  },
};

const zhCN: Language = {
  faults: {
    in_use: ({ name }) =>
      `STORE_URL：${name} 正被另一个运行中的实例使用：请先停止那个实例，或给这一个单独的存储`,
    other_environment: ({ name, bound, now }) =>
      `STORE_URL：${name} 属于 BINANCE_ENV=${bound}，不是 ${now}：请把 BINANCE_ENV 改回去，或让 STORE_URL 指向新的存储`,
    other_account: ({ name, bound, now }) =>
      `STORE_URL：${name} 属于币安账户 ${bound}，而 API 密钥属于 ${now}：请使用该账户的密钥，或让 STORE_URL 指向新的存储`,
    too_new: ({ name, found, known, copy }) =>
      `STORE_URL：${name} 由更新版本的 Signalbox 写入（格式 ${found}，此版本只认识到 ${known}）：请升级，或恢复此版本的备份（升级时已保留一份：${copy}）`,
    package_missing: ({ name, version }) =>
      `STORE_URL 需要的软件包 ${name} 尚未安装。请在程序目录中运行：npm install --no-save --omit=dev ${name}@${version}`,
    not_durable: ({ name, why }) => `STORE_URL：${name} 可能丢失已确认写入的内容：${zhCN.forgetful(why)}`,
    pooled: ({ name }) =>
      `STORE_URL：${name} 前面的连接池不保持会话，存储的锁因此也无法保持：请填写 PostgreSQL 本身的地址，或让连接池保持会话（PgBouncer：pool_mode = session）`,
    unreachable: ({ name, why, untrusted }) =>
      `STORE_URL：${name} 无法使用：${why}${untrusted ? '（请在地址后加上 sslrootcert=/path/ca.pem，即为服务器证书担保的证书文件）' : ''}`,
    corrupt: ({ name }) =>
      `STORE_URL：${name} 已损坏，或不是 Signalbox 的存储：请用备份替换它（restore 备份文件），或根据其中尚可读取的内容和交易所的记录重建（rebuild）；持仓在交易所的止损仍然有效`,
    unusable: ({ name, why }) =>
      `STORE_URL：无法打开 ${name}（${why}）：请检查所在文件夹的所有者、权限和磁盘`,
    misplaced: ({ name, why }) =>
      `STORE_URL：${name} ${zhCN.misplaced[why]}：请填写存储文件的路径，例如 sqlite://data/signalbox.sqlite`,
    unreadable_record: ({ record, why }) =>
      `存储中的记录 ${record} 无法读取：${why}。请用备份替换存储（restore 备份文件），或用尚可读取的内容重建（rebuild）`,

    no_store: ({ name }) => `${name} 处没有存储`,
    file_exists: ({ file }) => `${file} 已存在：请换一个文件名`,
    no_file: ({ file }) => `没有文件 ${file}`,
    is_folder: ({ file, example }) => `${file} 是一个文件夹：请填写文件名，例如 ${example}`,
    not_readable: ({ file, why }) =>
      `无法读取 ${file}（${why}）：请以它的所有者身份运行，或给自己读取该文件和进入其文件夹的权限`,
    not_writable: ({ file, why }) => `无法写入 ${file}（${why}）：请换一个有写入权限、磁盘有空间的位置`,
    is_store: ({ file }) => `${file} 就是存储本身`,
    backup_too_new: ({ file, found, known }) =>
      `${file} 来自更新版本的 Signalbox（格式 ${found}，此版本只认识到 ${known}）：请先升级`,
    backup_damaged: ({ file, why }) => `${file} 已损坏，或不是 Signalbox 的备份（${why}）`,
    backup_of_other: ({ file, of, running }) =>
      `${file} 属于 ${of.environment} 账户 ${of.uid}，运行中的机器人属于 ${running.environment} 账户 ${running.uid}：请先停止机器人，再用该账户的设置恢复`,
    restore_under_way: ({ name }) => `${name} 的另一次恢复正在进行：请等它结束，再看是否还需要这一次`,
    restore_unanswered: ({ name }) => `运行在 ${name} 上的机器人已接受请求，但没有说明结果：请查看它的日志`,
    restore_not_taken_up: ({ name, seconds }) =>
      `运行在 ${name} 上的机器人在 ${seconds} 秒内没有接受请求：请先停止它，再重新恢复`,
    restore_forgotten: () => '请求已经过期',
    restore_unreadable: () => '无法读取请求',
    restore_refused: ({ why }) => why['zh-CN'],
  },
  misplaced: {
    folder: '是一个文件夹',
    below_file: '位于一个文件之下',
    no_file: '不是文件',
    foreign: '不是 Signalbox 的存储，已保持原样',
  },
  forgetful(why) {
    switch (why.code) {
      case 'off':
        return `它的 ${why.settings.replace(' and ', ' 和 ')} 已关闭`;
      case 'setting':
        return `它的 ${why.setting} 是 ${why.is ?? '未知'}，必须是 ${why.needed}（redis.conf 或 CONFIG SET）`;
      case 'unsaid':
        return '它没有说明如何保存数据（不允许 CONFIG GET）';
      case 'evicts':
        return '它可能为腾出空间而丢弃数据：请把 maxmemory-policy 设为 noeviction';
    }
  },
};

const languages = { en, 'zh-CN': zhCN };

/** In one line, with what to do. */
export function storeFaultText(fault: StoreFault, language: keyof typeof languages): string {
  return wordsOf(fault, languages[language].faults);
}

function wordsOf<Code extends keyof StoreFaults>(
  fault: { code: Code } & StoreFaults[Code],
  words: FaultWords,
): string {
  return words[fault.code](fault);
}
