import { describe, expect, test } from "vitest";
import { readStructuredAnswer, repairStructuredAnswer } from "../../src/llm/structured-answer.ts";

describe("reading", () => {
  test.each([
    ['{"a":1}', { a: 1 }],
    ['[{"a":1}]', [{ a: 1 }]],
    ['```json\n{"a":1}\n```', { a: 1 }],
    ["```\n[1]\n```", [1]],
    ['Sure: {"a":{"b":2}} — done', { a: { b: 2 } }],
    ['<reasoning>[1]</reasoning>{"a":1}', { a: 1 }],
    ['{"a":1}\n<think>was that right?', { a: 1 }],
    ['{"a":"x <think>not kept</think>"}', { a: "x " }],
    ['{"a":"an inline <think> is a mention"}', { a: "an inline <think> is a mention" }],
    ['{"a":"quoted </think>"}', { a: "quoted </think>" }],
    ['{"b":2}? so</think>{"a":"</think>"}', undefined],
    ['so {"b":2}?</think>{"a":1}', { a: 1 }],
    ['|startthink|{"b":2}|endthink|{"a":1}', { a: 1 }],
    ['```json\n{"a":"```"}\n```', { a: "```" }],
    ['{"a":1} and [2]', undefined],
    ['{"a":NaN,"b":"NaN"}', { a: Number.POSITIVE_INFINITY, b: "NaN" }],
    ["no JSON at all", undefined],
    ['{"a":1', undefined],
  ])("%j", (text, value) => {
    expect(readStructuredAnswer(text)).toEqual(value);
  });
});

describe("mending", () => {
  test.each([
    ["{'a': 'it\\'s', \"b\": [1, 2,],}", { a: "it's", b: [1, 2] }],
    ['{"facts": [{"what": "cut off', { facts: [{ what: "cut off" }] }],
    ['{"a": [1, 2}', { a: [1, 2] }],
    ['```json\n{"a": 1,}\n```', { a: 1 }],
    ["{'a': 'say \"hi\"'}", { a: 'say "hi"' }],
    ["{a: True, b: None,}", { a: true, b: null }],
    ['{"a":1}{"a":2}', { a: 2 }],
    ['{"a":1}\n{"a":"2"}', undefined],
    ['Sure: {"a":1,}\nI hope this helps.', { a: 1 }],
    ['{"a":"say "hi" now",}', { a: 'say "hi" now' }],
    ['{"a":"C:\\quay",}', { a: "C:\\quay" }],
    ["{", undefined],
    ["{,}", undefined],
    ["nothing", undefined],
  ])("%j", (text, value) => {
    expect(repairStructuredAnswer(text)).toEqual(value);
  });
});
