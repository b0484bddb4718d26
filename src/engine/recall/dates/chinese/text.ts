/** Chinese has no blanks between words: what a word of time may be followed by tells it from a part of another word. */

const TRADITIONAL = "週禮個兩幾後這過來現倆內間號當數開時鐘鍾頭";
const SIMPLIFIED = "周礼个两几后这过来现俩内间号当数开时钟钟头";

/** With the words of time in simplified characters. */
export function simplified(query: string): string {
  return Array.from(query, (character) => {
    const index = TRADITIONAL.indexOf(character);
    return index < 0 ? character : SIMPLIFIED[index];
  }).join("");
}

export function hasChinese(text: string): boolean {
  return /[\u4e00-\u9fff]/.test(text);
}

const FOLLOWING_SIGNS = " \t\r\n.,!?;:()[]{}<>\"'，。！？；：（）【】《》“”‘’、";
const FOLLOWING_CHARACTERS =
  "下与中么买了事什他代份会你信做入内再写几划到前劃动去又及发吃后吗吧呀呢和咱哪啊問喝嘛回地复多天她学學它安寫少工已帮干开录得怎总想我或才找排提收改" +
  "整新时曾會有查比活测消玩用申發的看着码給给统署聊能至要見见訂計訊討記說談論議计订讨记论试说请读谁谈買費费资起过还還部里錄问雨项";
const FOLLOWING_WORDS = (
  "是否 是不是 已经 已經 曾经 曾經 期间 以内 以来 之前 左右 上午 下午 早上 晚上 中午 凌晨 清晨 傍晚 黄昏 夜里 半夜 午夜 转账 付款 经费 报销 " +
  "拜访 支出 阅读 紀錄 資料 報告 報表 日誌 日記 總結"
).split(" ");

/** The first match that can be a word of time where it stands. */
export function findInContext(pattern: RegExp, query: string): RegExpMatchArray | undefined {
  for (const match of query.matchAll(pattern)) {
    const rest = query.slice(match.index + match[0].length);
    const [next] = rest;
    if (next === undefined || FOLLOWING_SIGNS.includes(next) || FOLLOWING_CHARACTERS.includes(next))
      return match;
    if (FOLLOWING_WORDS.some((word) => rest.startsWith(word))) return match;
  }
  return undefined;
}
