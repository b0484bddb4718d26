import { describe, expect, test } from "vitest";
import { temporalWindow } from "../../../../src/engine/recall/dates/temporal-window.ts";

/** A Wednesday. */
const REFERENCE = { wall: Date.UTC(2023, 6, 5, 12), offset: 0 };

function days(query: string): string | undefined {
  const window = temporalWindow(query, REFERENCE);
  return window && `${window.start.local.slice(0, 10)} ${window.end.local.slice(0, 10)}`;
}

describe("Chinese words of time", () => {
  test.each([
    ["今天", "2023-07-05 2023-07-05"],
    ["大前天", "2023-07-02 2023-07-02"],
    ["大大后天", "2023-07-09 2023-07-09"],
    ["昨晚", "2023-07-04 2023-07-04"],
    ["上周", "2023-06-26 2023-07-02"],
    ["上上周", "2023-06-19 2023-06-25"],
    ["周末", "2023-07-08 2023-07-09"],
    ["上周一", "2023-06-26 2023-06-26"],
    ["上个月", "2023-06-01 2023-06-30"],
    ["本月", "2023-07-01 2023-07-31"],
    ["大前年", "2020-01-01 2020-12-31"],
    ["三天前", "2023-07-02 2023-07-02"],
    ["两三个月后", "2023-09-05 2023-10-05"],
    ["几天前", "2023-06-30 2023-07-03"],
    ["最近三天", "2023-07-02 2023-07-05"],
    ["近三个月", "2023-04-05 2023-07-05"],
    ["2022年6月5日", "2022-06-05 2022-06-05"],
    ["二〇二二年六月", "2022-06-01 2022-06-30"],
    ["8月5日", "2022-08-05 2022-08-05"],
    ["去年六月", "2022-06-01 2022-06-30"],
    ["去年下半年", "2022-07-01 2022-12-31"],
    ["上季度", "2023-04-01 2023-06-30"],
    ["年底", "2023-12-01 2023-12-31"],
    ["月初", "2023-07-01 2023-07-10"],
    ["周一到周三", "2023-07-03 2023-07-05"],
    ["去年六月以来", "2022-06-01 2023-07-05"],
    ["前天至今", "2023-07-03 2023-07-05"],
  ])("%s", (query, expected) => {
    expect(days(query)).toBe(expected);
  });

  test("in traditional characters, too", () => {
    expect(days("上週")).toBe(days("上周"));
    expect(days("後天")).toBe(days("后天"));
  });

  test.each(["2022年", "最近", "去年夏天", "刚才", "十万年前", "每周一", "下周起", "去年以前"])(
    "%s names no days",
    (query) => {
      expect(days(query)).toBeUndefined();
    },
  );

  test("what follows tells a word of time from a part of another word", () => {
    expect(days("昨天我们去了哪里？")).toBe("2023-07-04 2023-07-04");
    expect(days("明天銀行")).toBeUndefined();
  });

  test("a window may begin on the calendar and end on the reference's clock", () => {
    expect(temporalWindow("去年以来", { ...REFERENCE, offset: 540 })).toMatchObject({
      start: { offset: null },
      end: { offset: "+09:00" },
    });
  });

  test("other languages' words count where the Chinese ones say nothing", () => {
    expect(days("刚才 yesterday")).toBe("2023-07-04 2023-07-04");
  });
});
