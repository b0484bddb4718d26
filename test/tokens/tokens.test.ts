import { describe, expect, test } from "vitest";
import { TokenBudget } from "../../src/tokens/token-budget.ts";
import { countTokens, cutToTokens, fitsInTokens } from "../../src/tokens/tokens.ts";

describe("counts", () => {
  test("are o200k_base's by default", async () => {
    expect(await countTokens("A red lantern burns.")).toBe(5);
    expect(await countTokens("")).toBe(0);
  });

  test("take special tokens for text", async () => {
    expect(await countTokens("<|endoftext|>")).toBeGreaterThan(1);
  });

  test("are not needed where the bytes fit", async () => {
    expect(await fitsInTokens("five.", 5)).toBe(true);
    expect(await fitsInTokens("A red lantern burns.", 5)).toBe(true);
    expect(await fitsInTokens("A red lantern burns.", 4)).toBe(false);
    expect(await fitsInTokens("", 0)).toBe(true);
  });
});

test("a text is cut between tokens", async () => {
  expect(await cutToTokens("The lantern is red paper.", 3)).toBe("The lantern is");
  expect(await cutToTokens("The lantern is red paper.", 6)).toBe("The lantern is red paper.");
  expect(await cutToTokens("The", 0)).toBe("");
});

test("a text is not cut in a character", async () => {
  const text = "Lamp 🎉🎊 at 東京 night";
  for (let tokens = 0; tokens <= 14; tokens++) {
    const cut = await cutToTokens(text, tokens);
    expect(text.startsWith(cut), `${tokens}: ${cut}`).toBe(true);
    expect(await countTokens(cut)).toBeLessThanOrEqual(tokens);
  }
});

test("a budget is spent to the token, however it was counted", async () => {
  const text = "A red lantern burns.";
  const budget = new TokenBudget(26);
  const taken: boolean[] = [];
  for (let i = 0; i < 6; i++) taken.push(await budget.take(text));
  expect(taken).toEqual([true, true, true, true, true, false]);
  expect(await budget.remaining()).toBe(1);
  expect(await budget.take("x")).toBe(true);
  expect(await budget.remaining()).toBe(0);
});

describe("long texts", () => {
  test("of prose have the same tokens as in one piece", async () => {
    const { countTokens: inOnePiece } = await import("gpt-tokenizer/encoding/o200k_base");
    for (const sentence of [
      "Ada doesn't sail to 12 islands, 世界 she said: 'No!'\r\n\n  Then (again) über das Meer -- and_on 3.14 ",
      "他昨天去了北京，今天回来了。我们一起吃饭，聊了很多事情！",
      "ANN'S DOG DOESN'T BARK; D’OR WE'LL-SEE a.b.c foo_bar ",
      "Мы были в Москве, а потом — дома. 나는 어제 서울에 갔다. ",
    ]) {
      const text = sentence.repeat(4_000);
      expect(await countTokens(text)).toBe(inOnePiece(text));
    }
  });

  // 500 are almost as long as a run that is cut.
  test.each([
    ...[..."x-\n世🎉𠀀", "ab"].map((sign) => ({ sign, times: 1, between: "" })),
    { sign: "世", times: 500, between: "。" },
    { sign: "x", times: 500, between: " " },
    { sign: " ", times: 500, between: "1" },
  ])(
    "without a place to split at cost no more for each character: $times × $sign, $between",
    async (unit) => {
      const run = unit.sign.repeat(unit.times) + unit.between;
      const text = `Ada. ${run.repeat(400_000 / run.length)} Bob.`;
      let turns = 0;
      const timer = setInterval(() => turns++, 1);
      const tokens = await countTokens(text);
      clearInterval(timer);
      expect(tokens).toBeLessThanOrEqual(Buffer.byteLength(text));
      expect(turns).toBeGreaterThan(1);
      const cut = await cutToTokens(text, 1_000);
      expect(text.startsWith(cut)).toBe(true);
    },
  );
});
